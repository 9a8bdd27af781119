import type { TokenFlaw } from '../src/domain/access-token.js'
import type { FaultDefinition, FaultKind } from '../src/domain/fault.js'
import type { JournalEntry } from '../src/domain/journal.js'
import type { Operation } from '../src/domain/operations.js'
import type { ReasonCode } from '../src/domain/reason.js'
import { literalOf, nameOf, scriptQuote, templateQuote } from './literals.js'

/** The flaw of a token that is refused for each reason. */
export const flawOf: Partial<Record<ReasonCode, TokenFlaw>> = {
  'token-expired': 'expired',
  'token-not-yet-valid': 'not-yet-valid',
  'token-signature': 'wrong-signature',
  'token-issuer': 'wrong-issuer',
  'token-audience': 'wrong-audience',
  'token-algorithm': 'unsigned',
  'token-malformed': 'malformed',
}

type Told = NonNullable<JournalEntry['response']>

/** The faults that leave a client without a whole response. */
export const answerless: readonly FaultKind[] = ['hang', 'reset', 'empty', 'truncate']

/**
 * A test that makes the request of an entry again and expects its response, in the style of the README.
 * @param faults - those that applied
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
    ...faults.map((fault) => `  await emulator.faults.arm(${literalOf(unconditional(fault))})`),
    ...(bears(entry)
      ? [`  const { access_token } = await emulator.tokens.mint(${specOf(entry)})`]
      : []),
    ...uploadLines(entry),
    '',
    ...expectationOf(entry, faults),
    '})',
    '',
  ].join('\n')
}

/** The fault without its conditions: it applies to every request. */
export function unconditional(fault: FaultDefinition): object {
  const { id: _, skip: __, times: ___, probability: ____, ...rest } = fault
  return rest
}

function expectationOf(entry: JournalEntry, faults: readonly FaultDefinition[]): string[] {
  const { response } = entry
  if (response === null || faults.some(({ kind }) => answerless.includes(kind))) {
    const hangs = faults.some(({ kind }) => kind === 'hang')
    const request = requestOf(entry, hangs ? ['    signal: AbortSignal.timeout(500),'] : [])
    return [`  await assert.rejects(${request}.then((response) => response.text()))`]
  }
  return [
    `  const response = await ${requestOf(entry)}`,
    `  assert.equal(response.status, ${response.status})`,
    ...bodyExpectation(entry, response),
  ]
}

const bearerLine = '    headers: { authorization: `Bearer ${access_token}` },'

function requestOf(entry: JournalEntry, more: readonly string[] = []): string {
  const { method, path } = entry
  const options = [
    ...(method === 'GET' ? [] : [`    method: ${scriptQuote(method)},`]),
    ...(bears(entry) ? [bearerLine] : []),
    ...bodyLines(entry),
    ...more,
  ]
  const url = isResult(entry) ? 'signedUrl' : `\`\${emulator.url}${templateQuote(path)}\``
  return options.length === 0 ? `fetch(${url})` : `fetch(${url}, {\n${options.join('\n')}\n  })`
}

/** Operations that look at an import. */
const importOperations: readonly (Operation | null)[] = ['status', 'download', 'result']

/** The import, standing as it was told. */
function importLines({ operation, referenceId, response, reason }: JournalEntry): string[] {
  if (!importOperations.includes(operation) || referenceId === null || response === null) return []
  const id = scriptQuote(referenceId)
  if (reason.code === 'import-error') {
    return [`  await emulator.imports.put(${id}, ${literalOf({ error: reason.message })})`]
  }
  const result =
    operation === 'status' ? toldState(response) : downloadedState(response.status, reason)
  return result === undefined ? [] : [`  await emulator.imports.put(${id}, ${literalOf(result)})`]
}

function toldState({ status, body }: Told): unknown {
  if (status !== 200) return undefined
  // A malformed body lacks its last byte; where it names no state, any state gives the same response.
  return (parse(body) ?? parse(`${body}}`))?.result ?? { status: 'processed' }
}

/** An import has a result file once it has ended. */
function downloadedState(status: number, { code }: JournalEntry['reason']): unknown {
  if (status === 200) return { status: 'processed' }
  return code === 'result-missing' ? { status: 'pending' } : undefined
}

const isUpload = ({ operation }: JournalEntry) => operation === 'upload'

/** The journal keeps no signature of a link that led to a result file: the test asks for one. */
const isResult = ({
  operation,
  response,
}: { readonly operation: string | null } & Pick<JournalEntry, 'response'>) =>
  operation === 'result' && response?.status === 200

function uploadLines(entry: JournalEntry): string[] {
  if (isUpload(entry)) {
    return [
      '  // The journal keeps no files: put yours in place.',
      '  const form = new FormData()',
      "  form.append('file', new Blob(['group_name\\nAlgebra 9b\\n']), 'roster.csv')",
    ]
  }
  if (!isResult(entry)) return []
  const path = `/api/v1/upload/api/v1/download/${encodeURIComponent(entry.referenceId as string)}`
  return [
    "  const { access_token } = await emulator.tokens.mint({ clientId: 'demo-client' })",
    `  const link = await fetch(\`\${emulator.url}${templateQuote(path)}\`, {`,
    bearerLine,
    '  })',
    '  const { signedUrl } = await link.json()',
  ]
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

/** A token that gets the same response. */
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

function bodyLines(entry: JournalEntry): string[] {
  const { request } = entry
  if (isUpload(entry)) return ['    body: form,']
  if (request.body === null) return []
  const fields = [...new URLSearchParams(request.body)].map(
    ([name, value]) =>
      `      ${nameOf(name)}: ${scriptQuote(name === 'client_secret' ? secret : value)},`,
  )
  return ['    body: new URLSearchParams({', ...fields, '    }),']
}

/** The headers that are the same each time. */
function bodyExpectation({ operation, method }: JournalEntry, { status, body }: Told): string[] {
  const differs = operation !== 'status' && operation !== null && status === 200
  if (differs || method === 'HEAD') return []
  return [`  assert.equal(await response.text(), ${scriptQuote(body)})`]
}
