import { emulator } from '../subjects/subjects.js'
import { figure } from '../tools/figures.js'
import { load } from '../tools/load.js'
import { residentMb, settle } from '../tools/processes.js'
import { fetchToken, poll, statusPath } from '../tools/requests.js'
import { interleave, median } from '../tools/rounds.js'
import { withServer } from '../tools/server.js'

export const title =
  'Resident memory with 100 workspaces in use, each with its journal at its default size'

const workspaces = 100
const inUse = `${workspaces} workspaces`

export async function measure({ rounds, seconds, workspaceRequests }) {
  const prefixes = Array.from({ length: workspaces }, (_, index) => `/w/worker-${index}`)
  const subjects = { none: [''], [inUse]: prefixes }
  const from = await interleave(subjects, rounds, (paths) =>
    withServer(emulator(), async ({ port, pid }) => {
      await settle()
      const idleMb = residentMb(pid)
      const token = await fetchToken(port)
      const requests = paths.map((it) => poll(token, it + statusPath()))
      // As many on a slow machine as on a fast one: the journals are then as full.
      for (let sent = 0; sent < workspaceRequests; ) {
        sent += (await load(port, requests, { seconds })).requests
      }
      await settle()
      return residentMb(pid) - idleMb
    }),
  )
  const what = `after ${workspaceRequests.toLocaleString('en')} polls in ${inUse}: over idle`
  return [
    figure(what, median(from[inUse]), { unit: ' MB', from }),
    figure('beside it, after as many in none', median(from.none), { unit: ' MB' }),
  ]
}
