import type { HistoryMark, ImportHistory } from '../src/domain/imports/history.js'
import type { ImportState } from '../src/domain/imports/import-state.js'
import { kindOf, kindWords } from './kinds.js'
import { instantOf, numberOf, plural, spanOf, timeOf } from './parts/text.js'

/*
 * The sentences about an import's history.
 */

/** A state without its texts. */
export interface Stage {
  readonly state: Exclude<ReturnType<typeof kindOf>, 'pattern'>
  /** Null for an error. */
  readonly fileLine: number | null
}

export function stageOf(state: ImportState): Stage {
  return {
    state: kindOf(state) as Stage['state'],
    fileLine: 'fileLine' in state ? state.fileLine : null,
  }
}

/** `pending, line 58`. */
export function stageText({ state, fileLine }: Stage): string {
  return fileLine === null ? kindWords[state] : `${kindWords[state]}, line ${numberOf(fileLine)}`
}

/** The text in a band: `pending ↗ 1,000` for a line that grows, otherwise `processed · 1,000`. */
export function stepText({ state, fileLine }: Stage, goal?: Stage): string {
  if (goal?.fileLine) return `${kindWords[state]} ↗ ${numberOf(goal.fileLine)}`
  return fileLine ? `${kindWords[state]} · ${numberOf(fileLine)}` : kindWords[state]
}

/** The words of the legend. */
export const lookWords = {
  pending: 'pending',
  processing: 'processing',
  processed: 'processed',
  failed: 'failed',
  error: 'server error',
  fault: 'fault',
  refusal: 'refusal',
  download: 'download',
  upload: 'upload',
  clock: 'change of the clock',
  finish: 'finished',
  override: 'override',
  clearOverride: 'back to definition',
} as const satisfies Record<Stage['state'] | Exclude<HistoryMark['kind'], 'poll'>, string>

/** The look of a mark: the state of a poll, or the kind of another mark. */
export type Look = keyof typeof lookWords

/** One event in a sentence. */
export function markText(mark: HistoryMark): string {
  switch (mark.kind) {
    case 'poll':
      return stageText(mark)
    case 'fault':
      return `${mark.faults.length === 1 ? 'fault' : 'faults'} ${mark.faults.join(', ')} on ${mark.operation}`
    case 'refusal':
      return `${mark.operation} refused: ${mark.reason}`
    case 'download':
      return mark.operation === 'result' ? 'result file' : 'signed URL of the result file'
    case 'upload':
      return 'upload'
    case 'clock':
      return clockText(mark)
    case 'finish':
      return 'finished at once'
    case 'override':
      return `override: ${stageText(mark)}`
    case 'clearOverride':
      return 'back to the definition'
  }
}

function clockText({ change, from, to }: Extract<HistoryMark, { kind: 'clock' }>): string {
  if (change === 'freeze') return 'clock frozen'
  if (change === 'resume') return 'clock resumed'
  const byMs = Date.parse(to) - Date.parse(from)
  const direction = byMs < 0 ? 'back' : 'forward'
  const word = { advance: 'clock advanced', set: 'clock set', reset: 'clock reset' }[change]
  return byMs === 0 ? word : `${word}: ${spanOf(Math.abs(byMs))} ${direction}`
}

/** The time of an event, its text, and the facts of its request. */
export function markLine(mark: HistoryMark): string {
  const status = 'status' in mark ? [mark.status ?? 'no response', mark.client ?? []].flat() : []
  return [timeOf(mark.at), markText(mark), ...status].join(' · ')
}

/** The step that comes next. Null where no step follows. */
export function nextText({ next, marks }: ImportHistory): string | null {
  if (next === null) return null
  const text = stageText(stageOf(next.state))
  if (next.at !== null) return `${text} at ${instantOf(Date.parse(next.at))}`
  if (next.afterPolls !== null) return `${text} after ${plural(next.afterPolls, 'poll')} in all`
  return marks.some(({ kind }) => kind === 'poll') ? text : `${text}, with the first poll`
}

/** Sentences about the parts of a history that are not shown. */
export function omissions(history: ImportHistory, outside: number): string[] {
  const { leftOut, clockLeftOut, complete } = history
  const changes = (count: number) =>
    `${plural(count, 'change')} of the clock ${count === 1 ? 'is' : 'are'}`
  return [
    ...(leftOut === null
      ? []
      : [
          `${plural(leftOut.count, 'event')} between ${timeOf(leftOut.from)} and ${timeOf(leftOut.to)} ${leftOut.count === 1 ? 'is' : 'are'} left out: a history keeps the first 100 and the last 900.`,
        ]),
    ...(clockLeftOut === 0 ? [] : [`${changes(clockLeftOut)} left out: the last 100 are kept.`]),
    ...(complete ? [] : ['Earlier events may be missing: the workspace keeps 50,000.']),
    ...(outside === 0 ? [] : [`${changes(outside)} in the table only: outside this span.`]),
  ]
}

/** The picture in one sentence, for people who do not see it. */
export function summary(history: ImportHistory): string {
  const polls = history.marks.filter(({ kind }) => kind === 'poll')
  const last = polls.at(-1)
  const others = history.marks.length - polls.length
  return [
    `Timeline of ${history.referenceId}: ${plural(polls.length, 'poll')}, ${plural(others, 'other event')}.`,
    ...(last === undefined ? [] : [`Last poll: ${markText(last)}.`]),
    'The table has the same.',
  ].join(' ')
}
