import { cpus, release, totalmem, type } from 'node:os'

/** Describes the machine: figures of two kinds of machine do not compare. */
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
