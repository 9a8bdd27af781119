import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { column } from '../tools/compare.js'
import { onServerCore } from '../tools/cores.js'
import { atMost, figure } from '../tools/figures.js'
import { median } from '../tools/rounds.js'

const run = promisify(execFile)
const script = new URL('../subjects/warm-start.js', import.meta.url).pathname

export const title = 'startEmulator() in a warm process'

export async function measure({ warmStarts }) {
  const [command, args] = onServerCore(process.execPath, [script, String(warmStarts)])
  const results = JSON.parse((await run(command, args, { timeout: 120_000 })).stdout)
  const [started, answered] = ['startMs', 'answerMs'].map((key) => column(results, key))
  const unit = ' ms'
  return [
    figure('emulator', median(started.emulator), { unit, target: atMost(8), from: started }),
    figure('beside it, bare Fastify', median(started.fastify), { unit }),
    figure('to the first answer: emulator', median(answered.emulator), {
      ...{ unit, target: atMost(15), from: answered },
    }),
    figure('beside it, bare Fastify', median(answered.fastify), { unit }),
  ]
}
