import { execFile, spawnSync } from 'node:child_process'
import { chmodSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { commandOf, type Language } from '../../sandbox/commands.js'
import { callOfEntry, tokenFaultOf } from '../../sandbox/entry-commands.js'
import { type TokenFlaw, tokenFlaws } from '../../src/domain/access-token.js'
import type { FaultKind } from '../../src/domain/fault.js'
import { type Operation, operations } from '../../src/domain/operations.js'
import {
  type EmulatorControl,
  type FaultDefinition,
  type RunningEmulator,
  startEmulator,
} from '../../src/index.js'
import { statusPath, tokenPath, unfollowed } from '../support.js'

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

const basic = (secret: string) => ({
  authorization: `Basic ${Buffer.from(`demo-client:${secret}`).toString('base64')}`,
})

/** Asks the verb of the command `token`, which has tests of its own, without a process of Node. */
const tokenCommand = `#!/bin/sh
client=demo-client
while shift && [ $# -gt 0 ]; do
  case $1 in
    --url) url=$2 ;;
    --client) client=$2 ;;
    --scope) more=$more,\\"scopes\\":[\\"$2\\"] ;;
    --flaw) more=$more,\\"flaw\\":\\"$2\\" ;;
  esac
  shift
done
curl --silent "$url/__control/tokens" --json "{\\"clientId\\":\\"$client\\"$more}" |
  sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/'
`

const folder = t.testdir({
  'roster.csv': 'group_name\nAlgebra 9b\n',
  'tao-upload-emulator': tokenCommand,
})
chmodSync(join(folder, 'tao-upload-emulator'), 0o755)

const shell: readonly string[] = ['sh', '-c']
/** The program that runs a command of each language. */
const programs: Readonly<Record<Language, readonly string[]>> = {
  curl: shell,
  HTTPie: shell,
  fetch: ['node', '--input-type=module', '--eval'],
  PowerShell: ['pwsh', '-NoProfile', '-NonInteractive', '-Command'],
}

/** The program that has to be installed. */
const needs: Readonly<Record<Language, string>> = {
  curl: 'curl',
  HTTPie: 'http',
  fetch: 'node',
  PowerShell: 'pwsh',
}

const isInstalled = (program: string) =>
  spawnSync('sh', ['-c', `command -v ${program}`]).status === 0

/** Runs a program in the folder of the file to upload. Returns the code with which it exits. */
async function exitOf(program: readonly string[], ...words: string[]): Promise<number> {
  const [name = '', ...rest] = program
  const env = {
    ...process.env,
    CLIENT_SECRET: 'demo-secret',
    PATH: `${folder}:${process.env.PATH}`,
  }
  try {
    const running = run(...unfollowed(name, ...rest, ...words), { cwd: folder, env })
    running.child.stdin?.end()
    await running
    return 0
  } catch (error) {
    return (error as { code: number }).code
  }
}

async function lastEntry({ journal }: EmulatorControl) {
  const [entry] = (await journal.find({ limit: 1 })).entries
  if (entry === undefined) throw new Error('The journal has no entry')
  return entry
}

/** The command of the latest request, run. Returns what it has brought about. */
async function again(control: EmulatorControl, language: Language) {
  const entry = await lastEntry(control)
  const command = commandOf(language, callOfEntry(entry, control.url))
  const code = await exitOf(programs[language], command)
  return { entry, command, code, repeated: await lastEntry(control) }
}

/** A fault of each kind. */
const faults: { readonly [K in FaultKind]: FaultDefinition & { kind: K } } = {
  status: { kind: 'status', status: 503, message: 'Down' },
  delay: { kind: 'delay', delay: '1ms' },
  hang: { kind: 'hang', atMost: '20ms' },
  reset: { kind: 'reset' },
  empty: { kind: 'empty' },
  truncate: { kind: 'truncate' },
  malformed: { kind: 'malformed' },
  'slow-body': { kind: 'slow-body', bytesPerSecond: 1_000_000 },
  html: { kind: 'html' },
}

/** The request of an operation for curl, as a client would send it. */
async function curlWords(
  { url, tokens }: EmulatorControl,
  operation: Operation,
): Promise<string[]> {
  const { access_token } = await tokens.mint({ clientId: 'demo-client' })
  const bearer = ['--header', `Authorization: Bearer ${access_token}`]
  const form = {
    grant_type: 'client_credentials',
    client_id: 'demo-client',
    client_secret: 'demo-secret',
  }
  const download = `${url}/api/v1/upload/api/v1/download/12345`
  const words: Readonly<Record<Operation, () => Promise<string[]> | string[]>> = {
    token: () => [url + tokenPath, '--data', String(new URLSearchParams(form))],
    upload: () => [`${url}/api/v1/upload/api/v1/upload`, ...bearer, '--form', 'file=@roster.csv'],
    status: () => [url + statusPath('12345'), ...bearer],
    download: () => [download, ...bearer],
    async result() {
      const link = await fetch(download, { headers: { authorization: `Bearer ${access_token}` } })
      return [((await link.json()) as { signedUrl: string }).signedUrl]
    },
    jwks: () => [`${url}/.well-known/jwks.json`],
    metadata: () => [`${url}/.well-known/oauth-authorization-server`],
  }
  return words[operation]()
}

for (const language of ['curl', 'fetch', 'HTTPie', 'PowerShell'] as const) {
  const skip = isInstalled(needs[language]) ? false : `${needs[language]} is not installed`

  t.test(`a copied command gets the same status: ${language}`, { skip }, async (t) => {
    const emulator = await startEmulator()
    t.teardown(() => emulator.close())
    const cases: [name: string, send: Send, clientId?: string, flaw?: TokenFlaw][] = [
      ['a poll', get(statusPath('12345'))],
      ['a poll for the head', get(statusPath('12345'), 'HEAD')],
      ['another method', get(statusPath('12345'), 'DELETE')],
      ['an unknown import', get(statusPath("it's {a} [b] $HOME `c`"))],
      ['a server error', get(statusPath('server-error'))],
      ...tokenFlaws.map((flaw): [string, Send, string, TokenFlaw] => [
        `the flaw ${flaw}`,
        get(statusPath('12345')),
        'demo-client',
        flaw,
      ]),
      ['a token without the scope', get(statusPath('12345')), 'unscoped-client'],
      [
        'a token of another scope',
        async (emulator) => {
          const spec = { clientId: 'demo-client', scopes: [] }
          const { access_token } = await emulator.tokens.mint(spec)
          await get(statusPath('12345'))(emulator, `Bearer ${access_token}`)
        },
      ],
      [
        'a client that is gone',
        async (emulator, authorization) => {
          await emulator.clients.delete('demo-client')
          await get(statusPath('12345'))(emulator, authorization)
          await emulator.clients.put('demo-client', {
            clientSecret: 'demo-secret',
            scopes: ['rostering'],
          })
        },
      ],
      ['no token', ({ url }) => fetch(url + statusPath('12345'))],
      [
        'an empty token',
        ({ url }) => fetch(url + statusPath('12345'), { headers: { authorization: 'Bearer' } }),
      ],
      [
        'another scheme',
        ({ url }) => fetch(url + statusPath('12345'), { headers: { authorization: 'Digest x' } }),
      ],
      ['a token request', tokenRequest({ client_id: 'demo-client', client_secret: 'demo-secret' })],
      ['a wrong secret', tokenRequest({ client_id: 'demo-client', client_secret: 'no' })],
      [
        'an unknown client',
        tokenRequest({ client_id: "=@o'neill\\ & co", client_secret: 'demo-secret' }),
      ],
      [
        'a token request with a field that looks like an option',
        tokenRequest({
          client_id: 'demo-client',
          client_secret: 'demo-secret',
          '--output': 'taken',
        }),
      ],
      ['a token request by Basic', tokenRequest({}, basic('demo-secret'))],
      ['a wrong secret by Basic', tokenRequest({}, basic('no'))],
      ['an upload', upload],
      ['a download', get('/api/v1/upload/api/v1/download/12345')],
      ['a result file', result],
      ['a forged link', ({ url }) => fetch(`${url}/api/v1/upload/api/v1/result/12345?signature=a`)],
      ['keys', ({ url }) => fetch(`${url}/.well-known/jwks.json`)],
      ['metadata', ({ url }) => fetch(`${url}/.well-known/oauth-authorization-server`)],
      ['an unknown path', ({ url }) => fetch(`${url}/nowhere`)],
    ]
    for (const [name, send, clientId = 'demo-client', flaw] of cases) {
      const spec = flaw === undefined ? { clientId } : { clientId, flaw }
      const { access_token } = await emulator.tokens.mint(spec)
      await send(emulator, `Bearer ${access_token}`)
      const { entry, repeated, command } = await again(emulator, language)
      const { operation, response } = entry
      t.match(
        repeated,
        { operation, response: { status: response?.status } },
        `${name}: ${command}`,
      )
      t.ok(repeated.id > entry.id, name)
    }
    t.notOk(existsSync(join(folder, 'taken')), 'no field is an option')
  })

  t.test(`a copied command meets the same fault: ${language}`, { skip }, async (t) => {
    const emulator = await startEmulator()
    t.teardown(() => emulator.close())
    // A program that takes long to start repeats one operation with each kind of fault, and the others with one.
    const isSlow = language !== 'curl'
    const all = operations.flatMap((operation) =>
      Object.values(faults).map((fault): [Operation, FaultDefinition] => [operation, fault]),
    )
    const cases = all.filter(
      ([operation, { kind }]) => !isSlow || operation === 'status' || kind === 'status',
    )
    for (const [operation, fault] of cases) {
      const name = `${operation}, ${fault.kind}`
      const id = `${operation}-${fault.kind}`
      const control = emulator.workspace(id)
      const words = await curlWords(control, operation)
      await control.faults.arm({ ...fault, operation })
      const code = await exitOf(['curl', '--silent'], ...words)
      const repeat = await again(control, language)
      t.ok(repeat.repeated.id > repeat.entry.id, name)
      t.match(
        repeat.repeated,
        {
          operation,
          outcome: repeat.entry.outcome,
          response: repeat.entry.response && { status: repeat.entry.response.status },
          faults: repeat.entry.faults,
        },
        `${name}: ${repeat.command}`,
      )
      if (language === 'curl') t.equal(repeat.code, code, `${name} exits alike`)
      await emulator.workspaces.delete(id)
    }
  })
}

t.test('a token that was refused comes again with its flaw, or with another one', (t) => {
  const cases: [code: string, flaw: string | undefined, scope: string | undefined][] = [
    ['served', undefined, undefined],
    ['token-missing', undefined, undefined],
    ['token-expired', 'expired', undefined],
    ['token-algorithm', 'unsigned', undefined],
    ['token-claims', 'malformed', undefined],
    ['scope-missing', undefined, 'none'],
  ]
  for (const [code, flaw, scope] of cases) {
    const entry = { reason: { code }, request: { token: null } }
    t.strictSame(tokenFaultOf(entry as never), { flaw, scope }, code)
  }
  t.end()
})
