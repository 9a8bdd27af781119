import type { TokenFlaw } from '../src/domain/access-token.js'
import type { FaultDefinition, FaultKind } from '../src/domain/fault.js'
import type { JournalEntry } from '../src/domain/journal.js'
import type { ReasonCode } from '../src/domain/reason.js'
import { scriptQuote } from './commands.js'

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

/** What leaves a client without a whole answer. */
const answerless: readonly FaultKind[] = ['hang', 'reset', 'empty', 'truncate']

/**
 * A test that makes the request of an entry again and expects its answer, in the style of the README.
 * @param faults - those that struck
 */
export function testOf(entry: JournalEntry, faults: readonly FaultDefinition[] = []): string {
  const title = `${entry.method} ${entry.path.split('?')[0]}`
  return [
    "import assert from 'node:assert/strict'",
    "import { test } from 'node:test'",
    "import { startEmulator } from 'tao-upload-emulator'",
    '',
    `test(${scriptQuote(title)}, async (t) => {`,
    '  const emulator = await startEmulator()',
    '  t.after(() => emulator.close())',
    ...importLines(entry),
    ...clientLines(entry),
    ...faults.map((fault) => `  await emulator.faults.arm(${literalOf(alwaysStriking(fault))})`),
    ...(bears(entry)
      ? [`  const { access_token } = await emulator.tokens.mint(${specOf(entry)})`]
      : []),
    '',
    ...expectationOf(entry, faults),
    '})',
    '',
  ].join('\n')
}

/** As it struck this once. */
function alwaysStriking(fault: FaultDefinition): object {
  const { id: _, skip: __, times: ___, probability: ____, ...struck } = fault
  return struck
}

function expectationOf(entry: JournalEntry, faults: readonly FaultDefinition[]): string[] {
  const { response } = entry
  if (response === null || faults.some(({ kind }) => answerless.includes(kind))) {
    const hangs = faults.some(({ kind }) => kind === 'hang')
    const request = requestOf(entry, hangs ? ['    signal: AbortSignal.timeout(500),'] : [])
    return [`  await assert.rejects(${request}.then((answer) => answer.text()))`]
  }
  return [
    `  const answer = await ${requestOf(entry)}`,
    `  assert.equal(answer.status, ${response.status})`,
    ...bodyExpectation(entry, response),
  ]
}

function requestOf(entry: JournalEntry, more: readonly string[] = []): string {
  const { method, path } = entry
  const options = [
    ...(method === 'GET' ? [] : [`    method: ${scriptQuote(method)},`]),
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code of the test
    ...(bears(entry) ? ['    headers: { authorization: `Bearer ${access_token}` },'] : []),
    ...bodyLines(entry),
    ...more,
  ]
  const url = `\`\${emulator.url}${templateQuote(path)}\``
  return options.length === 0 ? `fetch(${url})` : `fetch(${url}, {\n${options.join('\n')}\n  })`
}

/** The import, standing as it was told. */
function importLines({ operation, referenceId, response, reason }: JournalEntry): string[] {
  if (operation !== 'status' || referenceId === null || response === null) return []
  const id = scriptQuote(referenceId)
  if (reason.code === 'import-error') {
    return [`  await emulator.imports.put(${id}, ${literalOf({ error: reason.message })})`]
  }
  const { status, body } = response
  // A malformed body lacks its last byte.
  const result = status === 200 ? (parse(body) ?? parse(`${body}}`))?.result : undefined
  return result === undefined ? [] : [`  await emulator.imports.put(${id}, ${literalOf(result)})`]
}

/** Undefined for what a fault has damaged. */
function parse(body: string): { readonly result?: unknown; readonly scope?: unknown } | undefined {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

const secret = 'not-a-secret'

/** A client whose secret the test knows: the journal has none. */
function clientLines({ operation, client, response }: JournalEntry): string[] {
  if (operation !== 'token' || client === null || response?.status !== 200) return []
  const definition = literalOf({
    clientSecret: secret,
    scopes: wordsOf(parse(response.body)?.scope),
  })
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
  return literalOf({
    clientId: clientId.split('@')[0],
    ...(flaw !== undefined && { flaw }),
    ...(reason.code === 'scope-missing' && { scopes: wordsOf(scope) }),
  })
}

const wordsOf = (scope: unknown) =>
  String(scope ?? '')
    .split(' ')
    .filter(Boolean)

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
