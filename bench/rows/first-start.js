import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { onServerCore } from '../tools/cores.js'
import { figure } from '../tools/figures.js'
import { interleave, median, ratio } from '../tools/rounds.js'

const run = promisify(execFile)
const script = new URL('../subjects/first-start.js', import.meta.url).pathname

export const title =
  'The first start in a fresh process: the import, startEmulator(), the first answer'

export async function measure({ starts }) {
  const start = async (name) => {
    const { stdout } = await run(...onServerCore(process.execPath, [script, name]))
    return Number(stdout)
  }
  const subjects = { emulator: 'emulator', 'bare Fastify': 'fastify' }
  // The first start of each reads the disk.
  await interleave(subjects, 1, start)
  const from = await interleave(subjects, starts, start)
  return [
    figure('emulator', median(from.emulator), { unit: ' ms', from }),
    figure('beside it, bare Fastify', median(from['bare Fastify']), { unit: ' ms' }),
    figure('emulator / bare Fastify', ratio(from.emulator, from['bare Fastify'])),
  ]
}
