import { emulator } from '../subjects/subjects.js'
import { compare, throughput } from '../tools/compare.js'
import { atLeast } from '../tools/figures.js'
import { fetchToken, poll, statusPath } from '../tools/requests.js'

export const title = 'Status in workspaces in turn'

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
  const results = await compare(subjects, settings, { requestsOf })
  return counts.flatMap((count) =>
    throughput(results, name(count), none, { perSecond: atLeast(0.9) }),
  )
}
