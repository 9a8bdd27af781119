import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { bareFastifySigning, emulator } from '../subjects/subjects.js'
import { measureLoad } from '../tools/compare.js'
import { onServerCore } from '../tools/cores.js'
import { atLeast, figure } from '../tools/figures.js'
import { tokenRequest } from '../tools/requests.js'
import { interleave, ratio } from '../tools/rounds.js'
import { withServers } from '../tools/server.js'
import { signingKeyFile } from '../tools/signing-key.js'

const run = promisify(execFile)
const signAlone = new URL('../subjects/sign-alone.js', import.meta.url).pathname

export const title = 'Tokens a second, ES256, 64 connections'

export async function measure({ generations, warmUpRounds, rounds, seconds }) {
  const key = signingKeyFile()
  const subjects = {
    issued: emulator({ journal: 0, flags: ['--signing-key', key] }),
    'bare Fastify that signs': bareFastifySigning(key),
  }
  const from = await withServers(subjects, async (servers) => {
    const requests = [tokenRequest()]
    const issueBy = (server) => async () =>
      (await measureLoad({ server, requests }, { connections: 64, seconds })).perSecond
    const sign = async () => {
      const [command, args] = onServerCore(process.execPath, [signAlone, key, String(seconds)])
      return JSON.parse((await run(command, args)).stdout).perSecond
    }
    const inTurn = { 'signed alone': sign }
    for (const [name, server] of Object.entries(servers)) inTurn[name] = issueBy(server)
    await interleave(inTurn, warmUpRounds, (once) => once())
    return interleave(inTurn, rounds * generations, (once) => once())
  })
  const { issued, 'signed alone': alone, 'bare Fastify that signs': bare } = from
  return [
    figure('issued / signed alone with the same key', ratio(issued, alone), {
      target: atLeast(0.7),
      from,
    }),
    figure('beside it, bare Fastify that signs / signed alone', ratio(bare, alone)),
  ]
}
