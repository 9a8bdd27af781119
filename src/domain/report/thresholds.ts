import * as v from 'valibot'
import { durationSchema } from '../duration.js'
import { type Duration, toMs } from '../milliseconds.js'
import { listed, mapping, nearestName, wholeNumber } from '../schema.js'
import { type FindingCode, findingCodes } from './findings.js'

/** The thresholds of findings, read: milliseconds or a number of requests. `off` is never reached. */
export type Thresholds = Readonly<Record<FindingCode, number>>

/** The threshold of a finding: a duration, a number of requests, or `off`. */
export type Threshold = Duration | number | 'off'

/** The thresholds of some findings. */
export type MannersInput = { readonly [Code in FindingCode]?: Threshold | undefined }

/** The findings whose threshold is a duration. The others count requests. */
export const timedFindings = ['polls-too-fast', 'never-polled-to-end'] as const

const isTimed = (code: string) => (timedFindings as readonly string[]).includes(code)

export const defaultThresholds: Thresholds = {
  'token-per-request': 5,
  'token-not-renewed': 3,
  'polls-too-fast': 500,
  'polls-after-end': 3,
  'ignores-retry-after': 1,
  'retries-refusal': 3,
  'gives-up-early': 3,
  'never-polled-to-end': 10_000,
  'connection-per-request': 10,
  'secret-in-url': 1,
}

const off = v.pipe(
  v.literal('off'),
  v.transform(() => Number.POSITIVE_INFINITY),
)

const times = v.union(
  [wholeNumber(1, 1_000_000), off],
  'must be a number of requests from 1 to 1000000, or off',
)

const time = v.union(
  [v.pipe(durationSchema, v.transform(toMs)), off],
  'must be a duration with its unit, such as 500ms, or off',
)

const schemaOf = (code: string) => (isTimed(code) ? time : times)

/** A text such as `polls-too-fast=500ms`. */
const assignment = v.pipe(
  v.string(),
  v.rawTransform(({ dataset, addIssue, NEVER }): [string, number] => {
    const [, code, value = ''] = /^([^=]*)=(.*)$/s.exec(dataset.value) ?? []
    const mistake = code === undefined ? noThreshold : unknownFinding(code)
    const schema = schemaOf(code as string)
    const read = v.safeParse(schema, /^\d+$/.test(value) ? Number(value) : value)
    if (mistake === undefined && read.success) return [code as string, read.output]
    addIssue({ message: mistake ?? (read.issues as { message: string }[])[0]?.message })
    return NEVER
  }),
)

const noThreshold = 'must be a finding and its threshold, such as polls-too-fast=500ms'

function unknownFinding(code: string): string | undefined {
  if ((findingCodes as readonly string[]).includes(code)) return undefined
  const nearest = nearestName(code, findingCodes)
  return nearest === undefined
    ? `names no finding; known are ${listed(findingCodes, 'and')}`
    : `names no finding; did you mean ${nearest}?`
}

const byTexts = v.pipe(
  v.array(assignment),
  v.transform((pairs) => Object.fromEntries(pairs)),
)

const byFinding = mapping(
  Object.fromEntries(findingCodes.map((code) => [code, v.optional(schemaOf(code))])),
)

/** Reads the thresholds of some findings, from texts or a mapping. The others have their defaults. */
export const mannersSchema = v.pipe(
  v.lazy((input) => (Array.isArray(input) ? byTexts : byFinding) as v.GenericSchema<object>),
  v.transform((given): Thresholds => ({ ...defaultThresholds, ...withoutUndefined(given) })),
)

function withoutUndefined(values: object): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}
