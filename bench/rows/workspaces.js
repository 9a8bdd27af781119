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
  const requestsOf = async ({ port }, called) => {
    const token = await fetchToken(port)
    const count = Number.parseInt(called, 10) || 0
    const prefixes = Array.from({ length: count }, (_, index) => `/w/worker-${index}`)
    return (count === 0 ? [''] : prefixes).map((it) => poll(token, it + statusPath()))
  }
  const from = column(await compare(subjects, settings, { requestsOf }), 'perSecond')
  return counts.map((count) =>
    figure(`${name(count)} in use / none`, ratio(from[name(count)], from[none]), {
      target: atLeast(0.9),
      from: { [name(count)]: from[name(count)], none: from[none] },
    }),
  )
}
