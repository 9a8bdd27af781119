import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { startEmulator } from '../../src/index.js'
import { statusPath } from '../support.js'

/*
 * The exchanges as the vendor's documentation and its open-source Simple Roster have them: token, upload, status,
 * download, result file.
 */

const folder = new URL('../../fixtures/csv/', import.meta.url).pathname
const uuid = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/

t.test('the journey of a roster, byte for byte', async (t) => {
  const emulator = await startEmulator()
  t.teardown(() => emulator.close())
  await emulator.clock.freeze()
  const base = `${emulator.url}/api/v1/upload`

  const token = await fetch(`${base}/v1/oauth2/tokens?with-refresh-token=false`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      grant_type: 'client_credentials',
      client_id: 'demo-client',
      client_secret: 'demo-secret',
    }),
  })
  t.equal(token.status, 200)
  const { access_token } = (await token.json()) as { access_token: string }
  const claims = JSON.parse(
    Buffer.from(access_token.split('.')[1] as string, 'base64url').toString(),
  )
  t.strictSame(claims.scopes, ['rostering'])
  const headers = { authorization: `Bearer ${access_token}` }
  const read = async (url: string, init: RequestInit = { headers }) => {
    const response = await fetch(url, init)
    return [response.status, response.headers.get('content-type'), await response.text()] as const
  }

  const names = readdirSync(folder).filter((name) => !name.endsWith('.result.csv'))
  t.ok(names.length >= 16)
  for (const name of names) {
    const body = new FormData()
    body.append('file', new Blob([readFileSync(folder + name)]), name)
    const [status, type, text] = await read(`${base}/api/v1/upload`, {
      method: 'POST',
      headers,
      body,
    })
    const id = JSON.parse(text).result.referenceId as string
    t.match(id, uuid, name)
    t.strictSame(
      [status, type, text],
      [200, 'application/json', `{"result":{"message":"File uploaded","referenceId":"${id}"}}`],
    )

    t.strictSame(await read(base + statusPath(id).slice('/api/v1/upload'.length)), [
      200,
      'application/json',
      '{"result":{"status":"pending","fileLine":0,"messages":[]}}',
    ])
    t.match(await read(`${base}/api/v1/download/${id}`), [
      404,
      'application/json',
      /^\{"message":"[^"]+"\}$/,
    ])

    await emulator.clock.advance('1s')
    const rows =
      readFileSync(folder + name, 'utf8')
        .trimEnd()
        .split('\n').length - 1
    const told = JSON.parse(
      (await read(base + statusPath(id).slice('/api/v1/upload'.length)))[2],
    ).result
    const isWrong = name.endsWith('-wrong.csv')
    t.match(told, { status: isWrong ? 'failed' : 'processed', fileLine: rows })
    t.equal(told.messages.length > 0, isWrong)

    const [, , link] = await read(`${base}/api/v1/download/${id}`)
    const { signedUrl } = JSON.parse(link) as { signedUrl: string }
    t.equal(link, JSON.stringify({ signedUrl }), 'nothing else')
    const expected = readFileSync(folder + name.replace('.csv', '.result.csv'), 'utf8')
    t.strictSame(await read(signedUrl, {}), [200, 'text/csv', expected], 'without a token')
    t.strictSame(await read(`${signedUrl}0`, {}), [
      403,
      'application/json',
      '{"message":"Forbidden"}',
    ])
  }
})

t.test('each response says in the journal what it rests on', async (t) => {
  const emulator = await startEmulator({
    rowsPerSecond: 0,
    fixtures: [
      'fixtures/default.yaml',
      { imports: [{ referenceId: 'now', status: 'processing' }] },
    ],
  })
  t.teardown(() => emulator.close())
  const { access_token: token } = await emulator.tokens.mint({ clientId: 'demo-client' })
  const headers = { authorization: `Bearer ${token}` }
  const base = `${emulator.url}/api/v1/upload`
  const upload = async (text: string, ...more: string[]) => {
    const body = new FormData()
    body.append('file', new Blob([text]), 'groups.csv')
    for (const name of more) body.append('file', new Blob([text]), name)
    const response = await fetch(`${base}/api/v1/upload`, { method: 'POST', headers, body })
    const { result } = (await response.json()) as { result?: { referenceId: string } }
    return result?.referenceId ?? ''
  }
  const status = (id: string) => fetch(emulator.url + statusPath(id), { headers })
  const credentials = {
    grant_type: 'client_credentials',
    client_id: 'demo-client',
    client_secret: 'demo-secret',
  }
  const multipart = new FormData()
  for (const [name, value] of Object.entries(credentials)) multipart.append(name, value)
  const mint = (init: RequestInit) => fetch(`${base}/v1/oauth2/tokens`, { method: 'POST', ...init })
  const wrong = 'group_name,group_active\nA,maybe\n'
  const cases: [send: () => Promise<unknown>, basis: string | null, behaviours: string[]][] = [
    [() => mint({ body: multipart }), 'documented', ['token-response', 'token-multipart']],
    [
      () => mint({ body: new URLSearchParams(credentials) }),
      'standard',
      ['token-response', 'token-urlencoded'],
    ],
    [
      () =>
        mint({
          body: JSON.stringify(credentials),
          headers: { 'content-type': 'application/json' },
        }),
      'published',
      ['token-response', 'token-json'],
    ],
    [
      () =>
        mint({
          body: new URLSearchParams({ grant_type: 'client_credentials' }),
          headers: { authorization: `Basic ${btoa('demo-client:demo-secret')}` },
        }),
      'standard',
      ['token-response', 'token-urlencoded', 'token-basic'],
    ],
    [() => mint({ body: 'x' }), 'decided', ['malformed', 'token-content-type']],
    [() => status('12345'), 'documented', ['status-found']],
    [() => status('now'), 'published', ['status-found', 'status-processing']],
    [() => fetch(emulator.url + statusPath('12345')), 'documented', ['status-unauthorized']],
    [() => status('unknown'), 'documented', ['status-unknown']],
    [() => upload('group_name,group_active\nA,TRUE\n'), 'published', ['upload-response']],
    [
      async () => status(await upload(wrong)),
      'documented',
      ['status-found', 'row-errors-fail', 'file-line-handled'],
    ],
    [
      async () => {
        await emulator.service.set({ rowErrors: 'report', fileLine: 'imported' })
        return status(await upload(wrong))
      },
      'published',
      ['status-found', 'row-errors-report', 'file-line-imported'],
    ],
    [() => upload(''), 'published', ['upload-refused']],
    [() => upload(wrong, 'second.csv'), 'decided', ['upload-refused', 'upload-refused-decided']],
    [() => upload('a,b\n1,2\n'), 'decided', ['upload-refused', 'upload-refused-decided']],
    [
      async () => {
        await emulator.service.set({ maxRecords: 1 })
        return upload('group_name,group_active\nA,TRUE\nB,TRUE\n')
      },
      'published',
      ['upload-refused', 'max-records'],
    ],
    [
      async () => {
        await emulator.service.set({ contentTypes: 'charset' })
        return status('12345')
      },
      'decided',
      ['status-found', 'status-charset'],
    ],
    [() => fetch(`${emulator.url}/nowhere`), 'decided', ['path-unknown', 'status-charset']],
    [
      async () => {
        await emulator.faults.arm({ kind: 'reset', times: 1 })
        await t.rejects(status('12345'))
      },
      'decided',
      ['fault'],
    ],
  ]
  for (const [send, basis, behaviours] of cases) {
    await send()
    const { entries } = await emulator.journal.find()
    const entry = entries.at(-1)
    t.strictSame([entry?.basis, entry?.behaviours], [basis, behaviours], String(send))
  }
})
