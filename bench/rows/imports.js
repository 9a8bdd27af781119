import { emulator } from '../subjects/subjects.js'
import { compare, throughput } from '../tools/compare.js'
import { atLeast } from '../tools/figures.js'
import { fetchToken, poll, statusPath } from '../tools/requests.js'
import { scenarioFile } from '../tools/scenarios.js'

export const title = 'Status with many imports, a thousand of them in turn'

const counts = [10, 10_000, 100_000]
const polled = 1000

export async function measure(settings) {
  const name = (count) => `${count.toLocaleString('en')} imports`
  const subjects = Object.fromEntries(
    counts.map((count) => [name(count), emulator({ journal: 0, fixtures: scenarioFile(count) })]),
  )
  const requestsOf = async ({ port }, called) => {
    const token = await fetchToken(port)
    const count = counts.find((it) => name(it) === called)
    const ids = Array.from({ length: polled }, (_, index) => (index * 7919) % count)
    return ids.map((id) => poll(token, statusPath(`import-${id}`)))
  }
  const results = await compare(subjects, settings, { requestsOf })
  return counts
    .slice(1)
    .flatMap((count) =>
      throughput(results, name(count), name(counts[0]), { perSecond: atLeast(0.9) }),
    )
}
