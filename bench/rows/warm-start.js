import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { onServerCore } from '../tools/cores.js'
import { atMost, figure } from '../tools/figures.js'
import { median } from '../tools/rounds.js'

const run = promisify(execFile)
const script = new URL('../subjects/warm-start.js', import.meta.url).pathname

export const title = 'startEmulator() in a warm process, to its first answer'

export async function measure({ warmStarts }) {
  const [command, args] = onServerCore(process.execPath, [script, String(warmStarts)])
  const from = JSON.parse((await run(command, args, { timeout: 120_000 })).stdout)
  return [
    figure('emulator', median(from.emulator), { unit: ' ms', target: atMost(15), from }),
    figure('beside it, bare Fastify', median(from.fastify), { unit: ' ms' }),
  ]
}
