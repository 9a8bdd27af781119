import { emulator } from '../subjects/subjects.js'
import { figure } from '../tools/figures.js'
import { load } from '../tools/load.js'
import { residentMb, settle } from '../tools/processes.js'
import { fetchToken, poll, statusPath } from '../tools/requests.js'
import { interleave, median } from '../tools/rounds.js'
import { withServer } from '../tools/server.js'

export const title = 'Resident memory with 100 workspaces in use, each with its journal'

const workspaces = 100

export async function measure({ rounds, seconds }) {
  const prefixes = Array.from({ length: workspaces }, (_, index) => `/w/worker-${index}`)
  const subjects = { none: [''], [`${workspaces} workspaces`]: prefixes }
  const from = await interleave(subjects, rounds, (paths) =>
    withServer(emulator(), async ({ port, pid }) => {
      await settle()
      const idleMb = residentMb(pid)
      const token = await fetchToken(port)
      const requests = paths.map((it) => poll(token, it + statusPath()))
      const { requests: sent } = await load(port, requests, { seconds })
      await settle()
      return { idleMb, mb: residentMb(pid), sent }
    }),
  )
  const over = (name) => median(from[name].map(({ idleMb, mb }) => mb - idleMb))
  const all = `${workspaces} workspaces`
  return [
    figure(`after ${seconds} s of polls in ${all}: over idle`, over(all), { unit: ' MB', from }),
    figure('beside it, after polls in none', over('none'), { unit: ' MB' }),
  ]
}
