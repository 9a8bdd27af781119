import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { onServerCore } from '../tools/cores.js'
import { atMost, figure } from '../tools/figures.js'
import { median } from '../tools/rounds.js'

const run = promisify(execFile)
const script = new URL('../subjects/savepoints.js', import.meta.url).pathname

export const title = 'A savepoint, with 100 changed imports out of 100,000 and a full journal'

export async function measure({ warmStarts }) {
  const [command, args] = onServerCore(process.execPath, [script, String(warmStarts)])
  const from = JSON.parse((await run(command, args, { timeout: 240_000 })).stdout)
  const unit = ' ms'
  return [
    figure('restore', median(from.restoreMs), { unit, target: atMost(1), from }),
    figure('save', median(from.saveMs), { unit }),
  ]
}
