import * as v from 'valibot'
import { type Duration, durationSchema, toMs } from '../duration.js'
import { mapping, nearestName, wholeNumber } from '../schema.js'
import { quoted } from '../visible-text.js'
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

const byFinding = mapping(
  Object.fromEntries(findingCodes.map((code) => [code, v.optional(isTimed(code) ? time : times)])),
)

/** Reads the thresholds of some findings. The others have their defaults. */
export const mannersSchema = v.pipe(
  v.custom<MannersInput | readonly string[]>(() => true),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const input = Array.isArray(dataset.value) ? fromTexts(dataset.value) : dataset.value
    if (typeof input === 'string') {
      addIssue({ message: input })
      return NEVER
    }
    const result = v.safeParse(byFinding, input)
    if (result.success)
      return { ...defaultThresholds, ...withoutUndefined(result.output) } as Thresholds
    for (const { message, path } of result.issues) {
      addIssue({ message, ...(path && { path }) } as { message: string })
    }
    return NEVER
  }),
)

function withoutUndefined(values: object): object {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}

/** Reads texts such as `polls-too-fast=500ms`. Returns a mistake as a text. */
function fromTexts(texts: readonly unknown[]): Record<string, unknown> | string {
  const entries: [string, unknown][] = []
  for (const text of texts) {
    const [, code, value = ''] = /^([^=]*)=(.*)$/s.exec(String(text)) ?? []
    if (code === undefined) {
      return `${quoted(String(text))} must be a finding and its threshold, such as polls-too-fast=500ms`
    }
    if (!(findingCodes as readonly string[]).includes(code)) {
      const nearest = nearestName(code, findingCodes)
      const meant = nearest ?? `one of ${findingCodes.join(', ')}`
      return `there is no finding ${quoted(code)}; did you mean ${meant}?`
    }
    entries.push([code, /^\d+$/.test(value) ? Number(value) : value])
  }
  return Object.fromEntries(entries)
}
