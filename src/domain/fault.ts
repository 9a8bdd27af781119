import * as v from 'valibot'
import { armedId, nameMatcher, namePattern, times } from './armed.js'
import { durationUpTo, toMs } from './duration.js'
import { operations } from './operations.js'
import {
  byKind,
  formOf,
  jsonOf,
  mapping,
  oneOf,
  text,
  wholeNumber,
  without,
  word,
} from './schema.js'

/** The longest delay, in milliseconds. */
export const maxDelayMs = 10 * 60_000

/** How long a request hangs whose client does not give up. */
export const defaultHang = '5m'

const anyDelay = durationUpTo('10m')

const spreadDelay = oneOf({
  min: v.pipe(
    mapping({ min: anyDelay, max: anyDelay }),
    without(({ min, max }) => (toMs(min) < toMs(max) ? undefined : 'min must be less than max')),
  ),
  median: v.pipe(
    mapping({ median: anyDelay, p99: anyDelay }),
    without(({ median, p99 }) =>
      toMs(median) < toMs(p99) ? undefined : 'median must be less than p99',
    ),
  ),
})

/** A fixed time, one between two that are equally likely, or a log-normal one by its median and 99th percentile. */
const delaySchema = formOf({ fixed: anyDelay, ...spreadDelay.forms }, (input) =>
  typeof input === 'object' && input !== null ? spreadDelay : anyDelay,
)

/**
 * How late an answer is, at most 10 minutes: `'2s'`; `{ min, max }`, equally likely between them; or
 * `{ median, p99 }`, log-normal.
 */
export type Delay = v.InferInput<typeof delaySchema>

/** What HTTP itself, and not a fault, says of an answer. */
const reservedHeaders: readonly string[] = [
  'connection',
  'content-length',
  'keep-alive',
  'trailer',
  'transfer-encoding',
  'upgrade',
]

const headerName = v.pipe(
  text,
  v.regex(/^[\w!#$%&'*+.^`|~-]+$/, 'must be a header name'),
  v.check(
    (name) => !reservedHeaders.includes(name.toLowerCase()),
    'is set by the emulator: take it away',
  ),
)

const headerValue = v.pipe(
  text,
  v.regex(/^[\t\x20-\x7e\x80-\xff]*$/, 'must be one line of Latin-1 characters'),
)

/** Statuses whose answers have no body: RFC 9110 §6.4.1. */
export const bodilessStatuses: readonly number[] = [204, 205, 304]

/** Which requests a fault strikes, and how often. All of it may be left out. */
const selection = {
  id: v.optional(armedId),
  operation: v.optional(word(operations)),
  referenceId: v.optional(namePattern),
  client: v.optional(text),
  skip: v.optional(wholeNumber(0, 1_000_000_000)),
  times: v.optional(times),
  probability: v.optional(
    v.pipe(
      v.number('must be a number over 0, and at most 1'),
      v.gtValue(0, 'must be a number over 0, and at most 1'),
      v.maxValue(1, 'must be a number over 0, and at most 1'),
    ),
  ),
}

const common = { ...selection, delay: v.optional(delaySchema) }

/** A fault as a fixture writes it, or `arm` takes it. */
export const faultSchema = byKind({
  status: v.pipe(
    mapping({
      kind: v.literal('status'),
      ...common,
      status: wholeNumber(200, 599),
      message: v.optional(text),
      body: v.optional(jsonOf(v.unknown())),
      headers: v.optional(v.record(headerName, headerValue, 'must be a mapping')),
      retryAfter: v.optional(durationUpTo('365d')),
    }),
    without(({ status, message, body }) => {
      if (message !== undefined && body !== undefined) return 'takes only one of message and body'
      return bodilessStatuses.includes(status) && (message ?? body) !== undefined
        ? 'an answer with this status has no body: take it away'
        : undefined
    }),
  ),
  delay: mapping({ kind: v.literal('delay'), ...selection, delay: delaySchema }),
  hang: mapping({
    kind: v.literal('hang'),
    ...common,
    atMost: v.optional(durationUpTo('1h')),
  }),
  reset: mapping({ kind: v.literal('reset'), ...common }),
  empty: mapping({ kind: v.literal('empty'), ...common }),
  truncate: mapping({
    kind: v.literal('truncate'),
    ...common,
    bytes: v.optional(wholeNumber(0, 1_000_000_000)),
  }),
  malformed: mapping({ kind: v.literal('malformed'), ...common }),
  'slow-body': mapping({
    kind: v.literal('slow-body'),
    ...common,
    bytesPerSecond: wholeNumber(1, 1_000_000_000),
  }),
  html: mapping({
    kind: v.literal('html'),
    ...common,
    status: v.optional(wholeNumber(500, 599)),
  }),
})

/**
 * A fault: what it does (`kind`, and what belongs to that), which requests it strikes (`operation`, `referenceId`
 * with patterns, `client`) and how often: not the first `skip` ones, `times` at the most, each with
 * `probability`. `delay` makes any of them late. Durations are written with their unit.
 *
 * Left out, it strikes every request: `skip` is 0, `times` unlimited, `probability` 1. A `hang` lasts `atMost` 5
 * minutes, `truncate` sends half of the body, and `html` has the status 502.
 */
export type FaultDefinition = v.InferInput<typeof faultSchema>

/** What a fault does. */
export type FaultKind = FaultDefinition['kind']

/** A fault of one kind. */
export type Fault<K extends FaultKind = FaultKind> = Extract<FaultDefinition, { kind: K }>

/** A fault as it stands. */
export interface FaultView {
  readonly id: string
  readonly definition: FaultDefinition
  /** How many requests it would strike but for `skip`, `times` and `probability`. */
  readonly matched: number
  /** How many it struck. */
  readonly struck: number
}

/** What a fault looks at. */
export interface FaultFacts {
  readonly operation: string
  readonly referenceId: string | undefined
  /** The client that the request names, by its credentials or its token. */
  readonly client: string | undefined
}

/** Tells whether a request is one that the fault is meant for. */
export function faultMatcher(fault: FaultDefinition): (facts: FaultFacts) => boolean {
  const { operation, referenceId, client } = fault
  const hasId = nameMatcher(referenceId)
  return (facts) =>
    (operation === undefined || operation === facts.operation) &&
    (client === undefined || client === facts.client) &&
    hasId(facts.referenceId)
}

/** The 99th percentile of the standard normal distribution. */
const z99 = 2.3263478740408408

/** A delay in milliseconds; `random` gives numbers from 0 to 1, 1 excluded. */
export function sampleDelayMs(delay: Delay, random: () => number): number {
  if (typeof delay === 'string') return toMs(delay)
  if ('min' in delay) return toMs(delay.min) + random() * (toMs(delay.max) - toMs(delay.min))
  const sigma = Math.log(toMs(delay.p99) / toMs(delay.median)) / z99
  // Box and Muller; 1 - random() is never 0.
  const z = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
  return Math.min(toMs(delay.median) * Math.exp(sigma * z), maxDelayMs)
}
