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

/** One time, or one between two. */
function delayOf(text: string): string | { min: string; max: string } {
  const [min = '', max] = text.split(/\s*[-–]\s*/)
  return max === undefined ? min : { min, max }
}
