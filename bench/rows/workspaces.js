import { emulator } from '../subjects/subjects.js'
import { column, compare } from '../tools/compare.js'
import { atLeast, figure } from '../tools/figures.js'
import { fetchToken, poll, statusPath } from '../tools/requests.js'
import { ratio } from '../tools/rounds.js'

export const title = 'Status in workspaces in turn: requests a second'

const counts = [2, 10, 100]

export async function measure(settings) {
  const name = (count) => `${count} workspaces`
  const none = 'none'
  const subjects = Object.fromEntries([none, ...counts.map(name)].map((key) => [key, emulator()]))
  const loadsOf = async (servers) => {
    const loads = {}
    for (const [key, server] of Object.entries(servers)) {
      const token = await fetchToken(server.port)
      const count = Number.parseInt(key, 10) || 0
      const prefixes = Array.from({ length: count }, (_, index) => `/w/worker-${index}`)
      const requests = (count === 0 ? [''] : prefixes).map((it) => poll(token, it + statusPath()))
      loads[key] = { server, requests }
    }
    return loads
  }
  const from = column(await compare(subjects, settings, { loadsOf }), 'perSecond')
  return counts.map((count) =>
    figure(`${name(count)} in use / none`, ratio(from[name(count)], from[none]), {
      target: atLeast(0.9),
      from: { [name(count)]: from[name(count)], none: from[none] },
    }),
  )
}
