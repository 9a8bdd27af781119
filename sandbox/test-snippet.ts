import type { TokenFlaw } from '../src/domain/access-token.js'
import type { JournalEntry } from '../src/domain/journal.js'
import type { ReasonCode } from '../src/domain/reason.js'
import { scriptQuote } from './commands.js'
import type { FaultDefinition } from './state/fault.js'

/** Which flaw makes a token that is refused for this reason. */
const flawOf: Partial<Record<ReasonCode, TokenFlaw>> = {
  'token-expired': 'expired',
  'token-not-yet-valid': 'not-yet-valid',
  'token-signature': 'wrong-signature',
  'token-issuer': 'wrong-issuer',
  'token-audience': 'wrong-audience',
  'token-algorithm': 'unsigned',
  'token-malformed': 'malformed',
}

/** A test that makes the request of an entry again and expects its answer, in the style of the README. */
export function testOf(entry: JournalEntry, faults: readonly FaultDefinition[] = []): string {
  const { method, path, response } = entry
  const options = [
    ...(method === 'GET' ? [] : [`    method: ${scriptQuote(method)},`]),
    ...(bears(entry) ? [`    headers: { authorization: \`Bearer \${access_token}\` },`] : []),
    ...bodyLines(entry),
  ]
  const url = `\`\${emulator.url}${templateQuote(path)}\``
  const request =
    options.length === 0 ? `fetch(${url})` : `fetch(${url}, {\n${options.join('\n')}\n  })`
  const title = `${method} ${path.split('?')[0]} is answered with ${response?.status ?? 'nothing'}`
  const expectation =
    response === null
      ? [`  await assert.rejects(${request})`]
      : [
          `  const answer = await ${request}`,
          `  assert.equal(answer.status, ${response.status})`,
          ...bodyExpectation(entry, response),
        ]
  return [
    "import assert from 'node:assert/strict'",
    "import { test } from 'node:test'",
    "import { startEmulator } from 'tao-upload-emulator'",
    '',
    `test(${scriptQuote(title)}, async () => {`,
    '  const emulator = await startEmulator()',
    ...importLines(entry),
    ...clientLines(entry),
    ...faults.map((fault) => `  await emulator.faults.arm(${literalOf(fault)})`),
    ...(bears(entry)
      ? [`  const { access_token } = await emulator.tokens.mint(${specOf(entry)})`]
      : []),
    '',
    ...expectation,
    '  await emulator.close()',
    '})',
    '',
  ].join('\n')
}

/** The import, standing as it was told. */
function importLines({ operation, referenceId, response, reason }: JournalEntry): string[] {
  if (operation !== 'status' || referenceId === null || response === null) return []
  const id = scriptQuote(referenceId)
  if (reason.code === 'import-error') {
    return [`  await emulator.imports.put(${id}, ${literalOf({ error: reason.message })})`]
  }
  if (response.status !== 200 || response.body === '') return []
  return [`  await emulator.imports.put(${id}, ${literalOf(JSON.parse(response.body).result)})`]
}

const secret = 'not-a-secret'

/** A client whose secret the test knows: the journal has none. */
function clientLines({ operation, client, response }: JournalEntry): string[] {
  if (operation !== 'token' || client === null || response?.status !== 200) return []
  const { scope } = JSON.parse(response.body) as { scope: string }
  const scopes = scope === '' ? [] : scope.split(' ')
  const definition = literalOf({ clientSecret: secret, scopes })
  return [`  await emulator.clients.put(${scriptQuote(client)}, ${definition})`]
}

function bears({ request }: JournalEntry): boolean {
  return request.headers.authorization?.toLowerCase().startsWith('bearer') ?? false
}

/** A token that is answered alike. */
function specOf({ client, request, reason }: JournalEntry): string {
  const { client_id: claimed, scope } = request.token ?? {}
  const clientId = client ?? (typeof claimed === 'string' ? claimed : undefined)
  if (reason.code === 'client-unknown' || clientId === undefined) return '{}'
  const flaw = flawOf[reason.code]
  const scopes = String(scope ?? '')
    .split(' ')
    .filter(Boolean)
  return literalOf({
    clientId: clientId.split('@')[0],
    ...(flaw !== undefined && { flaw }),
    ...(reason.code === 'scope-missing' && { scopes }),
  })
}

function bodyLines({ request }: JournalEntry): string[] {
  if (request.body === null) return []
  const fields = [...new URLSearchParams(request.body)].map(
    ([name, value]) =>
      `      ${valueName(name)}: ${scriptQuote(name === 'client_secret' ? secret : value)},`,
  )
  return ['    body: new URLSearchParams({', ...fields, '    }),']
}

/** What is the same each time. */
function bodyExpectation(
  { operation, method }: JournalEntry,
  { status, body }: NonNullable<JournalEntry['response']>,
): string[] {
  const differs = operation !== 'status' && operation !== null && status === 200
  if (differs || method === 'HEAD') return []
  return [`  assert.equal(await answer.text(), ${scriptQuote(body)})`]
}

const valueName = (name: string) => (/^[A-Za-z_]\w*$/.test(name) ? name : scriptQuote(name))

/** A value as a person writes it in JavaScript. */
function literalOf(value: unknown): string {
  if (typeof value === 'string') return scriptQuote(value)
  if (Array.isArray(value)) return `[${value.map(literalOf).join(', ')}]`
  if (typeof value !== 'object' || value === null) return String(value)
  const fields = Object.entries(value).map(([name, it]) => `${valueName(name)}: ${literalOf(it)}`)
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`
}

function templateQuote(text: string): string {
  return text.replace(/[\\`]|\$\{/g, '\\$&')
}
