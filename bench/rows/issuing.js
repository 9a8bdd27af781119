import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { bareFastifySigning, emulator } from '../subjects/subjects.js'
import { column, measureAlone, throughput } from '../tools/compare.js'
import { onServerCore } from '../tools/cores.js'
import { atLeast, figure } from '../tools/figures.js'
import { tokenRequest } from '../tools/requests.js'
import { interleave, ratio } from '../tools/rounds.js'
import { signingKeyFile } from '../tools/signing-key.js'

const run = promisify(execFile)
const signAlone = new URL('../subjects/sign-alone.js', import.meta.url).pathname

export const title = 'Tokens a second, ES256, 64 connections'

const bare = 'bare Fastify that reads the form and signs'

export async function measure(settings) {
  const key = signingKeyFile()
  const issueBy = (subject) => (name) =>
    measureAlone(subject, name, settings, { requestsOf: () => [tokenRequest()] })
  const sign = async () => {
    const args = [signAlone, key, String(settings.seconds)]
    return JSON.parse((await run(...onServerCore(process.execPath, args))).stdout)
  }
  const inTurn = {
    'signed alone': sign,
    emulator: issueBy(emulator({ journal: 0, flags: ['--signing-key', key] })),
    [bare]: issueBy(bareFastifySigning(key)),
  }
  const results = await interleave(inTurn, settings.rounds, (once, name) => once(name))
  const from = column(results, 'perSecond')
  return [
    ...throughput(results, 'emulator', bare, { perSecond: atLeast(0.9) }),
    figure('beside it, emulator / signed alone', ratio(from.emulator, from['signed alone']), {
      from,
    }),
    figure('beside it, bare Fastify / signed alone', ratio(from[bare], from['signed alone'])),
  ]
}
