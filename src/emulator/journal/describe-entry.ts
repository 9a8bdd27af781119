import { decodeJwt } from 'jose'
import { behavioursOf, weakestBasis } from '../../domain/behaviours.js'
import type { JournalEntry } from '../../domain/journal.js'
import { traceparentIn } from '../../domain/traceparent.js'
import { boundedJson } from './bounded-json.js'
import type { JournalRecord } from './journal.js'

const secretName = /secret|password|token|authorization|signature|cookie|api[-_]?key/i

/** Describes an entry for people and tests: a token by its jti, and secrets not at all. */
export function describeRecord(record: JournalRecord): JournalEntry {
  const headers = Object.fromEntries(headerPairs(record.requestHeaders))
  return {
    id: record.id,
    at: new Date(record.at).toISOString(),
    durationMs: record.durationMs,
    operation: record.operation ?? null,
    method: record.method,
    path: redactPath(record.path),
    referenceId: orNull(record.referenceId, withoutTokens),
    client: orNull(record.clientId, withoutTokens),
    traceparent: traceparentIn(record.requestHeaders) ?? null,
    request: {
      headers,
      body: orNull(record.requestBody, redactForm),
      token: claimsOf(record.requestHeaders),
    },
    response: describeResponse(record),
    outcome: record.outcome,
    reason: { ...record.reason, message: withoutTokens(record.reason.message) },
    ...evidenceOf(record),
    faults: record.faults,
  }
}

/** A copy of an entry without secrets, and with tokens that nobody can use. It is described as the entry itself. */
export function redactRecord(record: JournalRecord): JournalRecord {
  const { requestHeaders, requestBody, response, reason } = record
  return {
    ...record,
    path: redactPath(record.path),
    referenceId: record.referenceId && withoutTokens(record.referenceId),
    clientId: record.clientId && withoutTokens(record.clientId),
    requestHeaders: requestHeaders.map((text, index) =>
      index % 2 === 0 ? text : unsignHeader(requestHeaders[index - 1] as string, text),
    ),
    requestBody: requestBody && redactForm(requestBody),
    response: response && { headers: response.headers, body: redactText(response.body) },
    reason: { ...reason, message: withoutTokens(reason.message) },
  }
}

/** The header without secrets. Of an access token, the signature goes, and the claims stay. */
function unsignHeader(name: string, value: string): string {
  const [, head, scheme] = /^((bearer) +[\w-]+\.[\w-]+\.)[\w-]*$/i.exec(value) ?? []
  const isToken = head !== undefined && name.toLowerCase() === 'authorization'
  return isToken && decode(head.slice(scheme?.length).trim()) !== undefined
    ? head
    : redactHeader(name.toLowerCase(), value)
}

function evidenceOf({ operation, reason, restsOn = [], response }: JournalRecord) {
  const hasCharset = response?.headers['content-type']?.endsWith('; charset=utf-8')
  const behaviours = behavioursOf(operation, reason.code, [
    ...restsOn,
    ...(hasCharset ? (['status-charset'] as const) : []),
  ])
  return { basis: weakestBasis(behaviours), behaviours }
}

function describeResponse({ status, response }: JournalRecord): JournalEntry['response'] {
  if (response === undefined) return null
  const { headers, body } = response
  return { status: status as number, headers, body: redactText(body) }
}

function orNull<T>(value: T | undefined, describe: (value: T) => T): T | null {
  return value === undefined ? null : describe(value)
}

/** Several values of a name are joined, as HTTP has it. */
function headerPairs(raw: readonly string[]): Map<string, string> {
  const pairs = new Map<string, string>()
  for (let index = 0; index < raw.length; index += 2) {
    const name = (raw[index] as string).toLowerCase()
    const value = redactHeader(name, raw[index + 1] as string)
    const before = pairs.get(name)
    pairs.set(name, before === undefined ? value : `${before}, ${value}`)
  }
  return pairs
}

/** A scheme is no secret; any other first word may be one. */
const credentials = /^((?:basic|bearer|digest|negotiate) +)(.*)$/is

function redactHeader(name: string, value: string): string {
  if (!secretName.test(name)) return redactText(value)
  const parts = name.endsWith('authorization') ? credentials.exec(value) : null
  const [, scheme = '', secret = value] = parts ?? []
  return `${scheme}${nameToken(secret)}`
}

/** Everything that a token can consist of. Runs do not overlap, so that the search is linear. */
const tokenRun = /[\w.-]+/g

/** A text without the tokens that somebody may have pasted into it. */
export function withoutTokens(text: string): string {
  return text.includes('eyJ') ? text.replace(tokenRun, redactRun) : text
}

/** A token begins with the `{"` of its header, in base64url, and has two or three parts with dots between them. */
function redactRun(run: string): string {
  const start = run.indexOf('eyJ')
  const firstDot = start < 0 ? -1 : run.indexOf('.', start)
  if (firstDot < 0) return run
  const end = endOfPart(run, endOfPart(run, firstDot + 1) + 1)
  const rest = end < run.length ? '.[redacted]' : ''
  return run.slice(0, start) + nameToken(run.slice(start, end)) + rest
}

function endOfPart(run: string, start: number): number {
  const dot = run.indexOf('.', start)
  return dot < 0 ? run.length : dot
}

function nameToken(token: string): string {
  const jti = decode(token)?.jti
  return typeof jti === 'string' ? `[token ${jti}]` : '[redacted]'
}

function decode(token: string): Record<string, unknown> | undefined {
  try {
    return decodeJwt(token)
  } catch {
    return undefined
  }
}

function claimsOf(raw: readonly string[]): Record<string, unknown> | null {
  const name = raw.findIndex((it, index) => index % 2 === 0 && /^authorization$/i.test(it))
  const token = name < 0 ? undefined : raw[name + 1]?.split(' ').at(-1)
  const claims = token && decode(token)
  return claims ? (boundedJson(claims) as Record<string, unknown>) : null
}

/** Returns true if a path or its query has a secret. */
export function hasSecret(path: string): boolean {
  return redactPath(path) !== path
}

function redactPath(path: string): string {
  const [pathname = '', query] = path.split(/\?(.*)/s, 2)
  return withoutTokens(query === undefined ? pathname : `${pathname}?${redactForm(query)}`)
}

/** A text without the secrets of the addresses in it. */
function redactText(text: string): string {
  return withoutTokens(text).replace(/([?&])([^\s?&=#"]*)=([^\s&#"]*)/g, redactField)
}

/** Fields whose names sound like secrets lose their values. */
function redactForm(body: string): string {
  const names = decodeFormValue(body.replace(/=[^&]*/g, ''))
  if (secretWithin.test(names)) return '[redacted]'
  return withoutTokens(body.replace(/(^|&)([^=&]*)=([^&]*)/g, redactField))
}

/** A name and a secret in what is no form, as JSON that was sent as one. */
const secretWithin = /(?:secret|password|token|signature|api[-_]?key)["']?\s*[:=]/i

function redactField(field: string, start: string, name: string, value: string): string {
  const isSecret =
    secretName.test(decodeFormValue(name)) || secretWithin.test(decodeFormValue(value))
  return isSecret ? `${start}${name}=[redacted]` : field
}

function decodeFormValue(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
