import t from 'tap'
import { harOf } from '../../sandbox/har.js'
import { startEmulator } from '../../src/index.js'
import { statusPath, tokenPath } from '../support.js'

t.test('a journal entry is an HTTP Archive without secrets', async (t) => {
  const emulator = await startEmulator()
  t.teardown(() => emulator.close())
  const { access_token } = await emulator.tokens.mint({ clientId: 'demo-client' })
  await fetch(`${emulator.url}${statusPath('12345')}?a=b%20c`, {
    headers: { authorization: `Bearer ${access_token}` },
  })
  const body = 'grant_type=client_credentials&client_id=demo-client&client_secret=demo-secret'
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  await fetch(emulator.url + tokenPath, { method: 'POST', headers, body })
  await emulator.faults.arm({ kind: 'empty' })
  await fetch(emulator.url + statusPath('12345'), { method: 'HEAD' }).catch(() => {})

  const { entries } = await emulator.journal.find()
  const archives = entries.map((entry) => harOf(entry, emulator.url))
  const [poll, token, none] = archives.map((it) => JSON.parse(it).log.entries[0])
  t.notMatch(archives.join(''), /eyJ|demo-secret/, 'no token and no secret')
  t.match(JSON.parse(archives[0] ?? '').log, {
    version: '1.2',
    creator: { name: 'tao-upload-emulator', version: String },
  })
  t.strictSame(
    { ...poll, request: { ...poll.request, headers: [] } },
    {
      startedDateTime: entries[0]?.at,
      time: entries[0]?.durationMs,
      request: {
        method: 'GET',
        url: `${emulator.url}${statusPath('12345')}?a=b%20c`,
        httpVersion: 'HTTP/1.1',
        cookies: [],
        headers: [],
        headersSize: -1,
        bodySize: 0,
        queryString: [{ name: 'a', value: 'b c' }],
      },
      response: {
        status: 200,
        statusText: '',
        httpVersion: 'HTTP/1.1',
        cookies: [],
        headers: Object.entries(entries[0]?.response?.headers ?? {}).map(([name, value]) => ({
          name,
          value,
        })),
        headersSize: -1,
        bodySize: 60,
        content: { size: 60, mimeType: 'application/json', text: entries[0]?.response?.body },
        redirectURL: '',
      },
      cache: {},
      timings: { send: 0, wait: entries[0]?.durationMs, receive: 0 },
      comment: entries[0]?.reason.message,
    },
  )
  t.match(
    poll.request.headers.find(({ name }: { name: string }) => name === 'authorization').value,
    /^Bearer \[token [\w-]+\]$/,
  )
  t.match(token.request.postData, {
    mimeType: 'application/x-www-form-urlencoded',
    text: 'grant_type=client_credentials&client_id=demo-client&client_secret=[redacted]',
    params: [
      { name: 'grant_type', value: 'client_credentials' },
      { name: 'client_id', value: 'demo-client' },
      { name: 'client_secret', value: '[redacted]' },
    ],
  })
  t.match(none, {
    request: { method: 'HEAD' },
    response: { status: 0, headers: [], content: { size: 0, mimeType: 'x-unknown', text: '' } },
  })
})
