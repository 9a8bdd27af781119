import type { FaultDefinition, FaultKind } from '../src/domain/fault.js'
import { numberOrText } from './import-draft.js'

/** The effect of each kind of fault in a few words. */
export const faultKinds: Readonly<Record<FaultKind, string>> = {
  status: 'another status',
  delay: 'a late response',
  hang: 'no response',
  reset: 'a reset connection',
  empty: 'a closed connection',
  truncate: 'a body cut short',
  malformed: 'malformed JSON',
  'slow-body': 'a slow body',
  html: 'a page of HTML',
}

export interface FaultField {
  readonly name: string
  readonly label: string
  readonly placeholder: string
  readonly read: (text: string) => unknown
}

const asText = (text: string) => text

/** The fields that only one kind has. */
const ownFields: Readonly<Partial<Record<FaultKind, readonly FaultField[]>>> = {
  status: [
    { name: 'status', label: 'Status', placeholder: '503', read: numberOrText },
    { name: 'message', label: 'Message', placeholder: 'as usual', read: asText },
    { name: 'retryAfter', label: 'Retry after', placeholder: '30s', read: asText },
  ],
  hang: [{ name: 'atMost', label: 'At most', placeholder: '5m', read: asText }],
  truncate: [{ name: 'bytes', label: 'Bytes', placeholder: 'half', read: numberOrText }],
  'slow-body': [
    { name: 'bytesPerSecond', label: 'Bytes a second', placeholder: '10', read: numberOrText },
  ],
  html: [{ name: 'status', label: 'Status', placeholder: '502', read: numberOrText }],
}

/** The requests that a fault matches, how often it applies, and the delay of the response. */
const sharedFields: readonly FaultField[] = [
  { name: 'referenceId', label: 'Reference id', placeholder: 'any; slow-*', read: asText },
  { name: 'client', label: 'Client', placeholder: 'any', read: asText },
  { name: 'delay', label: 'Delay', placeholder: '2s, or 1s-3s', read: delayOf },
  { name: 'skip', label: 'Skip the first', placeholder: '0', read: numberOrText },
  { name: 'times', label: 'Times', placeholder: 'always', read: numberOrText },
  { name: 'probability', label: 'Probability', placeholder: '1', read: Number },
]

export const fieldsOf = (kind: FaultKind): readonly FaultField[] => [
  ...(ownFields[kind] ?? []),
  ...sharedFields,
]

/** The initial fields of each kind. */
export const firstTexts: Readonly<Partial<Record<FaultKind, Readonly<Record<string, string>>>>> = {
  status: { status: '503' },
  delay: { delay: '2s' },
  'slow-body': { bytesPerSecond: '10' },
}

/** A fault as the control API takes it: that tells what is wrong with it. Blanks are left out. */
export function faultOf(
  kind: FaultKind,
  operation: string | undefined,
  texts: Readonly<Record<string, string>>,
): FaultDefinition {
  const given = fieldsOf(kind).flatMap(({ name, read }) => {
    const text = (texts[name] ?? '').trim()
    return text === '' ? [] : [[name, read(text)]]
  })
  return {
    kind,
    ...(operation !== undefined && { operation }),
    ...Object.fromEntries(given),
  } as FaultDefinition
}

/** A fault that people often want. */
export interface FaultPreset {
  readonly label: string
  readonly kind: FaultKind
  readonly operation?: string
  readonly texts: Readonly<Record<string, string>>
}

export const faultPresets: readonly FaultPreset[] = [
  {
    label: 'Token endpoint down ×3',
    kind: 'status',
    operation: 'token',
    texts: { status: '503', times: '3' },
  },
  { label: 'Slow', kind: 'delay', texts: { delay: '1s-3s' } },
  { label: 'Flaky', kind: 'status', texts: { status: '503', probability: '0.3' } },
  { label: 'Rate limit', kind: 'status', texts: { status: '429', retryAfter: '30s', skip: '5' } },
]

/** The results that clients will see, in a sentence. */
export function faultPreview(fault: FaultDefinition): string {
  const { kind, operation, referenceId, client, skip, times, probability, delay } = fault
  const requests = operation === undefined ? 'Each request' : `Each request of “${operation}”`
  const parts = [
    requests,
    referenceId && `for ${referenceId}`,
    client && `by ${client}`,
    skip && `after the first ${skip}`,
    'gets',
    effectOf(fault),
    kind !== 'delay' && delay !== undefined && `after ${delayText(delay)}`,
    probability && `with a probability of ${probability}`,
    times && `, ${times} times in all`,
  ]
  return `${parts.filter(Boolean).join(' ').replace(' ,', ',')}.`
}

function effectOf(fault: FaultDefinition): string {
  if (fault.kind === 'delay') return `its response after ${delayText(fault.delay)}`
  if (fault.kind !== 'status') return faultKinds[fault.kind]
  const wait = fault.retryAfter === undefined ? '' : ` with Retry-After ${fault.retryAfter}`
  return `${fault.status}${wait}`
}

function delayText(delay: FaultDefinition['delay']): string {
  if (typeof delay !== 'object') return String(delay)
  return 'min' in delay ? `${delay.min} to ${delay.max}` : `about ${delay.median}`
}

/** One time, or one between two. */
function delayOf(text: string): string | { min: string; max: string } {
  const [min = '', max] = text.split(/\s*[-–]\s*/)
  return max === undefined ? min : { min, max }
}
