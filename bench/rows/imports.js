import { emulator } from '../subjects/subjects.js'
import { column, compare } from '../tools/compare.js'
import { atLeast, figure } from '../tools/figures.js'
import { fetchToken, poll, statusPath } from '../tools/requests.js'
import { ratio } from '../tools/rounds.js'
import { scenarioFile } from '../tools/scenarios.js'

export const title = 'Status with many imports: requests a second for a thousand of them in turn'

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
  const from = column(await compare(subjects, settings, { requestsOf }), 'perSecond')
  const few = name(counts[0])
  return counts.slice(1).map((count) => {
    const value = ratio(from[name(count)], from[few])
    return figure(`${name(count)} / ${few}`, value, {
      target: atLeast(0.9),
      from: { [few]: from[few], [name(count)]: from[name(count)] },
    })
  })
}
