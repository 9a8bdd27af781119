import { cpus, release, totalmem, type } from 'node:os'

/** What kind of machine this is: figures of two kinds do not compare. */
export function machine() {
  return {
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    processor: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memory: `${Math.round(totalmem() / 1024 ** 3)} GB`,
    system: `${type()} ${release()}`,
  }
}
