import { InputError, type Mistake } from '../errors.js'
import { nearestName } from '../schema.js'
import { type FindingCode, findingCodes } from './findings.js'
import { type OutcomeName, outcomeNames } from './outcomes.js'
import type { RunReport } from './run-report.js'

/** The requirements of a run report. Every field is optional. */
export interface ReportRequirements {
  /** Outcomes that the run must have met: `['token.issued', 'status.processed']`. */
  readonly require?: readonly OutcomeName[] | undefined
  /** Findings that nobody may have made: `['polls-too-fast']`. `'all'` forbids each of them. */
  readonly forbid?: readonly FindingCode[] | 'all' | undefined
  /**
   * Refuses requests that no integration should make.
   * @defaultValue `false`
   */
  readonly failOnUnexpected?: boolean | undefined
}

/** A requirement, and the sentence that says how the run broke it. */
export interface JudgedRequirement {
  /** `require status.processed`, `forbid polls-too-fast` or `no unexpected requests`. */
  readonly requirement: string
  /** Undefined if the run kept it. */
  readonly broken?: string
}

/** Compares a report with requirements. Throws an `InputError` for names that it does not know. */
export function judgeReport(
  report: RunReport,
  { require = [], forbid = [], failOnUnexpected = false }: ReportRequirements,
): readonly JudgedRequirement[] {
  requireKnownNames({ require, forbid })
  const forbidden = forbid === 'all' ? findingCodes : forbid
  return [
    ...require.map((outcome) => judgeOutcome(report, outcome)),
    ...forbidden.map((finding) => judgeFinding(report, finding)),
    ...(failOnUnexpected ? [judgeUnexpected(report)] : []),
  ]
}

/** Throws an `InputError` for outcomes and findings that do not exist. */
export function requireKnownNames({ require = [], forbid = [] }: ReportRequirements): void {
  requireKnown('require', require, outcomeNames)
  if (forbid !== 'all') requireKnown('forbid', forbid, findingCodes)
}

function judgeOutcome({ outcomes }: RunReport, name: OutcomeName): JudgedRequirement {
  const requirement = `require ${name}`
  const met = outcomes.find(({ outcome }) => outcome === name)
  if (met !== undefined && met.count > 0) return { requirement }
  const title = met === undefined ? '' : ` (${met.title})`
  return { requirement, broken: `No request met the outcome ${name}${title}` }
}

function judgeFinding({ findings }: RunReport, code: FindingCode): JudgedRequirement {
  const requirement = `forbid ${code}`
  const found = findings.filter(({ finding }) => finding === code)
  if (found.length === 0) return { requirement }
  const sentences = found.map(({ sentence, link }) => `${sentence}. See ${link}`)
  return { requirement, broken: `${code}: ${sentences.join('; ')}` }
}

function judgeUnexpected({ unexpected }: RunReport): JudgedRequirement {
  const requirement = 'no unexpected requests'
  if (unexpected.length === 0) return { requirement }
  const kinds = unexpected.map(
    ({ kind, title, count, entries }) =>
      `${kind} ×${count}: ${title} (journal ${entries.join(', ') || 'off'})`,
  )
  return { requirement, broken: `Unexpected requests: ${kinds.join('; ')}` }
}

function requireKnown(path: string, names: readonly string[], known: readonly string[]): void {
  const mistakes: Mistake[] = names
    .filter((name) => !known.includes(name))
    .map((name) => ({ path, message: unknownName(name, known) }))
  if (mistakes.length > 0) throw new InputError(mistakes)
}

function unknownName(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known)
  return nearest === undefined
    ? `unknown name "${name}"; known are ${known.join(', ')}`
    : `unknown name "${name}"; did you mean ${nearest}?`
}

/** The report does not meet its requirements. */
export class ReportError extends Error {
  override readonly name = 'ReportError'
  /** A sentence for each requirement that the run broke. */
  readonly broken: readonly string[]

  constructor(broken: readonly string[]) {
    super(`The run does not meet its requirements:\n${broken.map((it) => `- ${it}`).join('\n')}`)
    this.broken = broken
  }
}

/**
 * Checks a run report at the end of a test run.
 *
 * @param report - the result of `emulator.report.get()`
 * @throws ReportError with a line for each requirement that the run broke
 * @throws InputError for an outcome or finding that does not exist, with the name that may be meant
 *
 * @example
 * ```ts
 * assertReport(await emulator.report.get(), {
 *   require: ['status.processed', 'status.failed'],
 *   forbid: ['polls-too-fast'],
 * })
 * ```
 */
export function assertReport(report: RunReport, requirements: ReportRequirements): void {
  const broken = judgeReport(report, requirements).flatMap((it) => it.broken ?? [])
  if (broken.length > 0) throw new ReportError(broken)
}
