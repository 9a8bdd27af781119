import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { emulator } from '../subjects/subjects.js'
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

export async function measure({ rounds, generations, seconds }) {
  const key = signingKeyFile()
  const subjects = { server: emulator({ journal: 0, flags: ['--signing-key', key] }) }
  const from = await withServers(subjects, async ({ server }) => {
    const issue = async () => {
      const one = { server, requests }
      return (await measureLoad(one, { connections: 64, seconds })).perSecond
    }
    const sign = async () => {
      const [command, args] = onServerCore(process.execPath, [signAlone, key, String(seconds)])
      return JSON.parse((await run(command, args)).stdout).perSecond
    }
    const requests = [tokenRequest()]
    await issue()
    const subjectsInTurn = { issued: issue, 'signed alone': sign }
    return interleave(subjectsInTurn, rounds * generations, (once) => once())
  })
  const value = ratio(from.issued, from['signed alone'])
  return [figure('issued / signed alone with the same key', value, { target: atLeast(0.7), from })]
}
