import { execFile } from 'node:child_process'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { curlOf } from '../../sandbox/entry-commands.js'
import { type FaultDefinition, type RunningEmulator, startEmulator } from '../../src/index.js'
import { statusPath, tokenPath } from '../support.js'

const run = promisify(execFile)

type Send = (emulator: RunningEmulator, authorization: string) => Promise<unknown>

const get =
  (path: string, method = 'GET'): Send =>
  ({ url }, authorization) =>
    fetch(url + path, { method, headers: { authorization } })

const tokenRequest =
  (fields: Record<string, string>, headers: Record<string, string> = {}): Send =>
  ({ url }) =>
    fetch(url + tokenPath, {
      method: 'POST',
      headers,
      body: new URLSearchParams({ grant_type: 'client_credentials', ...fields }),
    })

const upload: Send = ({ url }, authorization) => {
  const body = new FormData()
  body.append('file', new Blob(['group_name\nAlgebra 9b\n']), 'roster.csv')
  return fetch(`${url}/api/v1/upload/api/v1/upload`, {
    method: 'POST',
    headers: { authorization },
    body,
  })
}

const result: Send = async ({ url }, authorization) => {
  const link = await fetch(`${url}/api/v1/upload/api/v1/download/12345`, {
    headers: { authorization },
  })
  return fetch(((await link.json()) as { signedUrl: string }).signedUrl)
}

const underFault =
  (fault: FaultDefinition): Send =>
  async (emulator, authorization) => {
    await emulator.faults.arm(fault)
    await get(statusPath('12345'))(emulator, authorization).catch(() => {})
  }

const basic = (secret: string) => ({
  authorization: `Basic ${Buffer.from(`demo-client:${secret}`).toString('base64')}`,
})

t.test('a copied curl gets the same status', async (t) => {
  const emulator = await startEmulator()
  t.teardown(() => emulator.close())
  // The command itself has its own tests: this one asks the same verb, without a process of Node for each token.
  const folder = t.testdir({
    'roster.csv': 'group_name\nAlgebra 9b\n',
    'tao-upload-emulator': `#!/bin/sh
case "$*" in *flaw*) cat flawed ;; *unscoped*) cat unscoped ;; *) cat right ;; esac
`,
    right: (await emulator.tokens.mint({ clientId: 'demo-client' })).access_token,
    unscoped: (await emulator.tokens.mint({ clientId: 'unscoped-client' })).access_token,
    flawed: (await emulator.tokens.mint({ clientId: 'demo-client', flaw: 'expired' })).access_token,
  })
  chmodSync(join(folder, 'tao-upload-emulator'), 0o755)
  const env = {
    ...process.env,
    CLIENT_SECRET: 'demo-secret',
    PATH: `${folder}:${process.env.PATH}`,
  }
  const cases: [name: string, send: Send, clientId?: string, flaw?: 'expired'][] = [
    ['a poll', get(statusPath('12345'))],
    ['a poll for the head', get(statusPath('12345'), 'HEAD')],
    ['an unknown import', get(statusPath("it's"))],
    ['a server error', get(statusPath('server-error'))],
    ['an expired token', get(statusPath('12345')), 'demo-client', 'expired'],
    ['a token without the scope', get(statusPath('12345')), 'unscoped-client'],
    ['no token', ({ url }) => fetch(url + statusPath('12345'))],
    [
      'another scheme',
      ({ url }) => fetch(url + statusPath('12345'), { headers: { authorization: 'Digest x' } }),
    ],
    ['a token request', tokenRequest({ client_id: 'demo-client', client_secret: 'demo-secret' })],
    ['a wrong secret', tokenRequest({ client_id: 'demo-client', client_secret: 'no' })],
    ['a token request by Basic', tokenRequest({}, basic('demo-secret'))],
    ['an upload', upload],
    ['a download', get('/api/v1/upload/api/v1/download/12345')],
    ['a result file', result],
    ['keys', ({ url }) => fetch(`${url}/.well-known/jwks.json`)],
    ['metadata', ({ url }) => fetch(`${url}/.well-known/oauth-authorization-server`)],
    ['an unknown path', ({ url }) => fetch(`${url}/nowhere`)],
    ['the fault status', underFault({ kind: 'status', status: 503 })],
    ['the fault malformed', underFault({ kind: 'malformed' })],
    ['the fault truncate', underFault({ kind: 'truncate' })],
    ['the fault empty', underFault({ kind: 'empty' })],
    ['the fault reset', underFault({ kind: 'reset' })],
  ]
  for (const [name, send, clientId = 'demo-client', flaw] of cases) {
    const { access_token } = await emulator.tokens.mint({
      clientId,
      ...(flaw === undefined ? {} : { flaw }),
    })
    await send(emulator, `Bearer ${access_token}`)
    const entryOfLast = async () => (await emulator.journal.find({ limit: 1 })).entries[0]
    const entry = await entryOfLast()
    if (entry === undefined) throw new Error('The journal has no entry')
    const command = curlOf(entry, emulator.url)
    // curl exits with a code of its own if a fault cuts the response off.
    await run('sh', ['-c', command], { cwd: folder, env }).catch(() => {})
    const again = await entryOfLast()
    t.match(
      again,
      {
        operation: entry.operation,
        response: entry.response && { status: entry.response.status },
      },
      `${name}: ${command}`,
    )
    t.ok(again && again.id > entry.id, name)
    await emulator.faults.clear()
  }
})
