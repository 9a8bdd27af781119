import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import fc from 'fast-check'
import t from 'tap'
import { listen } from '../support.js'
import { fuzzRuns } from './runs.js'

const parameter = fc.tuple(
  fc.constantFrom(
    'since',
    'before',
    'limit',
    'status',
    'operation',
    'client',
    'outcome',
    'x',
    '__proto__',
    '',
  ),
  fc.oneof(
    fc.constantFrom(
      '',
      '0',
      '1',
      '-1',
      '1e9',
      '99999999999999999999',
      'status',
      'served',
      'NaN',
      ' 1',
    ),
    fc.string({ unit: 'binary', maxLength: 10 }),
  ),
)

const lastEventId = fc.option(
  fc.oneof(fc.constantFrom('', '0', '1', '99999', '-1', 'x'), fc.string({ maxLength: 10 })),
)

t.test('whatever is asked of the event stream, it begins or says why not', async (t) => {
  const { port } = await listen(t)
  await fc.assert(
    fc.asyncProperty(fc.array(parameter, { maxLength: 3 }), lastEventId, async (query, id) => {
      const search = new URLSearchParams()
      for (const [name, value] of query) search.append(name, value)
      const request = get({
        host: '127.0.0.1',
        port,
        agent: false,
        path: `/__control/journal/events?${search}`,
        headers: id === null ? {} : { 'last-event-id': id },
      })
      const [response] = (await once(request, 'response')) as [IncomingMessage]
      const [first] = (await once(response, 'data')) as [Buffer]
      const isStream = response.headers['content-type'] === 'text/event-stream'
      request.destroy()
      response.on('error', () => {})
      if (response.statusCode === 200 && isStream && first.toString().startsWith(':')) return
      const { error, message } = JSON.parse(first.toString())
      if (response.statusCode !== 400 || error !== 'invalid_input' || !message) {
        throw new Error(`${response.statusCode} ${first}`)
      }
    }),
    fuzzRuns(1000),
  )
  t.pass('every request had its response')
})
