import * as v from 'valibot'
import { durationUpTo } from './duration.js'
import { type Duration, toMs } from './milliseconds.js'
import { armedId, nameMatcher, namePattern, times } from './name-pattern.js'
import { type Operation, operations } from './operations.js'
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

/** The time after which a `hang` ends if the client does not give up. */
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
) satisfies v.GenericSchema<Delay>

/**
 * The delay of a response, at most 10 minutes: a duration such as `'2s'`; `{ min, max }`, equally likely between them;
 * or `{ median, p99 }`, log-normal by its median and 99th percentile.
 */
export type Delay = Duration | UniformDelay | LogNormalDelay

/** A delay between two durations, each equally likely. */
export interface UniformDelay {
  /** The shortest delay, such as `100ms`. */
  min: Duration
  /** The longest delay, at most `10m`. */
  max: Duration
}

/** A log-normal delay. */
export interface LogNormalDelay {
  /** The delay that half of the responses exceed, such as `100ms`. */
  median: Duration
  /** The delay that one response of a hundred exceeds, such as `2s`. No delay exceeds 10 minutes. */
  p99: Duration
}

/** Headers that HTTP itself sets, and that a fault must not. */
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
    'is set by the emulator: remove it',
  ),
)

const headerValue = v.pipe(
  text,
  v.regex(/^[\t\x20-\x7e\x80-\xff]*$/, 'must be one line of Latin-1 characters'),
)

/** Statuses whose responses have no body: RFC 9110 §6.4.1. */
export const bodilessStatuses: readonly number[] = [204, 205, 304]

/** The requests that a fault applies to, and how often. Every field is optional. */
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
        ? 'a response with this status has no body: remove it'
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
}) satisfies v.GenericSchema<FaultDefinition>

/** The requests that a fault applies to, and how often. Without any of these fields it applies to each request. */
export interface FaultSelection {
  /** The name by which the fault can be disarmed: 1 to 64 letters, digits, dots or dashes. @defaultValue `fault-` and the next free number */
  id?: string | undefined
  /** The fault applies only to requests of this operation. @defaultValue every operation */
  operation?: Operation | undefined
  /** The fault applies only to requests for this import: an id, or a pattern such as `school-*`. @defaultValue every import */
  referenceId?: string | undefined
  /** The fault applies only to requests of this client, which its credentials or its token name. @defaultValue every client */
  client?: string | undefined
  /** The number of matching requests that pass before the fault applies. @defaultValue 0 */
  skip?: number | undefined
  /** The fault applies to this many requests, then it is used up. @defaultValue no limit */
  times?: number | undefined
  /** The probability that the fault applies to a matching request, over 0 and at most 1. @defaultValue 1 */
  probability?: number | undefined
}

/** A fault that may also delay what it sends. */
export interface DelayableFault extends FaultSelection {
  /** The delay before the fault applies: a duration of at most `10m`, `{ min, max }`, or `{ median, p99 }`. @defaultValue none */
  delay?: Delay | undefined
}

/** Responds with a status in place of the service. */
export interface StatusFault extends DelayableFault {
  /** `status` responds with a status in place of the service. */
  kind: 'status'
  /** The status of the response, 200 to 599. */
  status: number
  /** The `message` of the JSON body. @defaultValue the documented body of the status, or its reason phrase */
  message?: string | undefined
  /** The JSON body of the response, in place of `message`. @defaultValue the body that `message` makes */
  body?: unknown
  /** Further headers of the response. @defaultValue none */
  headers?: Record<string, string> | undefined
  /** The `Retry-After` header as a duration, such as `'30s'`. @defaultValue none */
  retryAfter?: Duration | undefined
}

/** Delays the response of the service. */
export interface DelayFault extends FaultSelection {
  /** `delay` delays the response of the service. */
  kind: 'delay'
  /** The delay of the response: a duration of at most `10m`, `{ min, max }`, or `{ median, p99 }`. */
  delay: Delay
}

/** Sends nothing, until the client gives up. */
export interface HangFault extends DelayableFault {
  /** `hang` sends nothing, until the client gives up. */
  kind: 'hang'
  /** The time after which the connection closes, at most an hour. @defaultValue `'5m'` */
  atMost?: Duration | undefined
}

/** Resets the connection (`reset`), closes it without a response (`empty`), or sends broken JSON (`malformed`). */
export interface ConnectionFault extends DelayableFault {
  /** `reset` resets the connection, `empty` closes it without a response, `malformed` sends JSON without its last byte. */
  kind: 'reset' | 'empty' | 'malformed'
}

/** Cuts the body of the response off. */
export interface TruncateFault extends DelayableFault {
  /** `truncate` closes the connection in the middle of the response body. */
  kind: 'truncate'
  /** The number of bytes of the body that are sent. @defaultValue half of the body */
  bytes?: number | undefined
}

/** Sends the body slowly. */
export interface SlowBodyFault extends DelayableFault {
  /** `slow-body` sends the response body slowly. */
  kind: 'slow-body'
  /** The number of bytes of the body that are sent in a second. */
  bytesPerSecond: number
}

/** Responds with the HTML page of a gateway. */
export interface HtmlFault extends DelayableFault {
  /** `html` responds with the HTML page of a gateway. */
  kind: 'html'
  /** The status of the response, 500 to 599. @defaultValue 502 */
  status?: number | undefined
}

/** Planned misbehaviour: an effect (`kind`), and the requests that it applies to. Durations have a unit: `'2s'`. */
export type FaultDefinition =
  | StatusFault
  | DelayFault
  | HangFault
  | ConnectionFault
  | TruncateFault
  | SlowBodyFault
  | HtmlFault

/** The effect of a fault. */
export type FaultKind = FaultDefinition['kind']

/** A fault of one kind. */
export type Fault<K extends FaultKind = FaultKind> = FaultDefinition & { kind: K }

/** A fault as it stands. */
export interface FaultView {
  /** The name by which the fault can be disarmed. */
  readonly id: string
  /** The fault as in a scenario. */
  readonly definition: FaultDefinition
  /** The number of requests that match the fault, whatever `skip`, `times` and `probability` say. */
  readonly matched: number
  /** The number of requests that the fault was applied to. */
  readonly applied: number
}

/** The facts of a request that a fault matches. */
export interface FaultFacts {
  readonly operation: string
  readonly referenceId: string | undefined
  /** The client that the request names, by its credentials or its token. */
  readonly client: string | undefined
}

/** Returns whether a request is one that the fault is meant for. */
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

/** Returns a function that draws delays, in milliseconds; `random` gives numbers from 0 to 1, 1 excluded. */
export function compileDelay(delay: Delay): (random: () => number) => number {
  if (typeof delay !== 'object') {
    const ms = toMs(delay)
    return () => ms
  }
  if ('min' in delay) {
    const minMs = toMs(delay.min)
    const maxMs = toMs(delay.max)
    return (random) => minMs + random() * (maxMs - minMs)
  }
  const medianMs = toMs(delay.median)
  const sigma = Math.log(toMs(delay.p99) / medianMs) / z99
  return (random) => {
    // Box and Muller; 1 - random() is never 0.
    const z = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
    return Math.min(medianMs * Math.exp(sigma * z), maxDelayMs)
  }
}
