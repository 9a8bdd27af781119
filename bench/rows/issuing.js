import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { bareFastifySigning, emulator } from '../subjects/subjects.js'
import { measureAlone } from '../tools/compare.js'
import { onServerCore } from '../tools/cores.js'
import { atLeast, figure } from '../tools/figures.js'
import { tokenRequest } from '../tools/requests.js'
import { interleave, ratio } from '../tools/rounds.js'
import { signingKeyFile } from '../tools/signing-key.js'

const run = promisify(execFile)
const signAlone = new URL('../subjects/sign-alone.js', import.meta.url).pathname

export const title = 'Tokens a second, ES256, 64 connections'

export async function measure(settings) {
  const key = signingKeyFile()
  const issueBy = (subject) => async (name) => {
    const options = { requestsOf: () => [tokenRequest()] }
    return (await measureAlone(subject, name, settings, options)).perSecond
  }
  const sign = async () => {
    const args = [signAlone, key, String(settings.seconds)]
    return JSON.parse((await run(...onServerCore(process.execPath, args))).stdout).perSecond
  }
  const inTurn = {
    'signed alone': sign,
    issued: issueBy(emulator({ journal: 0, flags: ['--signing-key', key] })),
    'bare Fastify that signs': issueBy(bareFastifySigning(key)),
  }
  const from = await interleave(inTurn, settings.rounds, (once, name) => once(name))
  const { issued, 'signed alone': alone, 'bare Fastify that signs': bare } = from
  return [
    figure('issued / signed alone with the same key', ratio(issued, alone), {
      target: atLeast(0.7),
      from,
    }),
    figure('beside it, bare Fastify that signs / signed alone', ratio(bare, alone)),
  ]
}
