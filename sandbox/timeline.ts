import type { HistoryMark, ImportHistory } from '../src/domain/imports/history.js'
import { type Look, type Stage, stageOf, stepText } from './timeline-texts.js'

/*
 * The places of everything in the picture of an import's history, in pixels.
 */

/** A part of a band. */
export interface Segment {
  readonly x: number
  readonly width: number
  readonly state: Stage['state']
  readonly text: string
  /** True if there is room for the text. */
  readonly fits: boolean
  /** True if the step has not begun. */
  readonly isAhead: boolean
}

export interface PlacedMark {
  readonly x: number
  readonly y: number
  readonly look: Look
  readonly mark: HistoryMark
}

export interface Layout {
  /** The first and the last time, in epoch milliseconds. */
  readonly from: number
  readonly to: number
  /** The highest line: that at the top of the polls. */
  readonly highest: number
  /** The steps of the definition. */
  readonly band: readonly Segment[]
  /** The states that were laid over it. */
  readonly overrides: readonly Segment[]
  /** The line that the definition has at each time, as the path of an SVG. */
  readonly course: string
  readonly marks: readonly PlacedMark[]
  /** The numbers of polls that lie on one another. */
  readonly counts: readonly { readonly x: number; readonly y: number; readonly count: number }[]
  /** The time whose marks were left out. */
  readonly gap: { readonly x: number; readonly width: number } | null
  readonly ticks: readonly { readonly x: number; readonly text: string }[]
  /** The number of changes of the clock before the first time or after the last one. */
  readonly outside: number
}

/** The rows of the picture, from top to bottom, in pixels. */
export const rows = {
  band: { top: 0, height: 22 },
  overrides: { top: 25, height: 16 },
  polls: { top: 52, bottom: 118 },
  requests: 138,
  changes: 158,
  axis: 172,
  height: 190,
} as const

/** The distance of the first and last time to the edges. */
const inset = 8

/** The last step goes on for this part of the span, and for this long at least. */
const tail = 0.15
const leastTailMs = 1000

/** Returns undefined if nothing in the history has a time yet. `width` is in pixels. */
export function layOut(history: ImportHistory, width: number, grows: boolean): Layout | undefined {
  const steps = timedSteps(history)
  const own = history.marks.filter(({ kind }) => kind !== 'clock').map(timeOf)
  const times = [...own, ...steps.map(({ at }) => at)]
  if (times.length === 0) return undefined
  const from = Math.min(...times)
  const last = Math.max(...times)
  const to = last + Math.max(Math.ceil((last - from) * tail), leastTailMs)
  const xOf = scaleOf({ from, to }, width)
  const highest = highestLine(history)
  const yOf = heightsOf(highest)
  const drawn = history.marks.filter((mark) => timeOf(mark) >= from && timeOf(mark) <= to)
  const marks = drawn.map((mark): PlacedMark => {
    const look = mark.kind === 'poll' ? mark.state : mark.kind
    return { x: xOf(timeOf(mark)), y: rowOf(mark, yOf), look, mark }
  })
  const { leftOut } = history
  return {
    from,
    to,
    highest,
    band: bandOf(steps, grows, to, xOf),
    overrides: overridesOf(history, to, xOf),
    course: courseOf(steps, grows, to, xOf, yOf),
    marks,
    counts: countsOf(marks),
    gap: leftOut && spanAt(Date.parse(leftOut.from), Date.parse(leftOut.to), xOf),
    ticks: ticksOf(from, to, width).map(({ at, text }) => ({ x: xOf(at), text })),
    outside: history.marks.length - drawn.length,
  }
}

/** Returns the place of a time. */
export function scaleOf({ from, to }: Pick<Layout, 'from' | 'to'>, width: number) {
  const pixelsPerMs = (width - 2 * inset) / (to - from)
  return (at: number): number => Math.round(10 * (inset + (at - from) * pixelsPerMs)) / 10
}

type Scale = ReturnType<typeof scaleOf>

const timeOf = ({ at }: HistoryMark) => Date.parse(at)

interface TimedStep {
  readonly at: number
  readonly stage: Stage
  readonly isAhead: boolean
}

/** The steps whose begin is known, in their order. A step that polls decide begins with its poll. */
function timedSteps({ course, marks, leftOut }: ImportHistory): TimedStep[] {
  const polls = marks.filter(({ kind }) => kind === 'poll').map(timeOf)
  const finish = marks.find(({ kind }) => kind === 'finish')
  const finishedAt = finish === undefined ? Number.POSITIVE_INFINITY : timeOf(finish)
  const pollAt = (index: number) => {
    const at = polls[index] ?? finishedAt
    if (leftOut === null || at <= Date.parse(leftOut.from)) return at
    return Date.parse(leftOut.to)
  }
  const steps: TimedStep[] = []
  for (const { at, afterPolls, reached, state } of course) {
    const begin = afterPolls === null ? Date.parse(at ?? '') : pollAt(afterPolls)
    const beginsAt = Math.min(begin, reached ? finishedAt : begin)
    if (!Number.isFinite(beginsAt)) continue
    // The clock can go back between two polls.
    const earliest = steps.at(-1)?.at ?? beginsAt
    const stage = stageOf(state)
    steps.push({ at: Math.max(earliest, beginsAt), stage, isAhead: !reached })
  }
  return steps
}

function bandOf(
  steps: readonly TimedStep[],
  grows: boolean,
  to: number,
  xOf: Scale,
): readonly Segment[] {
  return steps.flatMap(({ at, stage, isAhead }, index) => {
    const end = steps[index + 1]
    if (end?.at === at) return []
    const text = stepText(stage, grows ? end?.stage : undefined)
    return segmentOf(at, end?.at ?? to, xOf, stage.state, text, isAhead)
  })
}

function overridesOf({ marks }: ImportHistory, to: number, xOf: Scale): readonly Segment[] {
  const changes = marks.filter((mark) => mark.kind === 'override' || mark.kind === 'clearOverride')
  return changes.flatMap((mark, index) => {
    if (mark.kind === 'clearOverride') return []
    const next = changes[index + 1]
    const end = next === undefined ? to : timeOf(next)
    return segmentOf(timeOf(mark), end, xOf, mark.state, stepText(mark), false)
  })
}

/** The width of a letter, and the space around a text, in pixels. */
const letter = 6.2
const padding = 12

function segmentOf(
  from: number,
  to: number,
  xOf: Scale,
  state: Stage['state'],
  text: string,
  isAhead: boolean,
): Segment {
  const { x, width } = spanAt(from, to, xOf)
  return { x, width, state, text, fits: text.length * letter + padding <= width, isAhead }
}

function spanAt(from: number, to: number, xOf: Scale): { x: number; width: number } {
  const x = Math.min(xOf(from), xOf(to))
  return { x, width: Math.max(1, Math.abs(xOf(to) - xOf(from))) }
}

function highestLine({ marks, course }: ImportHistory): number {
  const lines = [
    ...marks.map((mark) => ('fileLine' in mark ? mark.fileLine : null)),
    ...course.map(({ state }) => stageOf(state).fileLine),
  ]
  return Math.max(...lines.map(Number))
}

/** Returns the height of a line. An error has none: it is at the bottom. */
function heightsOf(highest: number): (line: number | null) => number {
  const { top, bottom } = rows.polls
  const most = Math.max(1, highest)
  return (line) => Math.round(10 * (bottom - ((line ?? 0) / most) * (bottom - top))) / 10
}

function rowOf(mark: HistoryMark, yOf: (line: number | null) => number): number {
  if (mark.kind === 'poll') return yOf(mark.fileLine)
  return 'entryId' in mark ? rows.requests : rows.changes
}

function courseOf(
  steps: readonly TimedStep[],
  grows: boolean,
  to: number,
  xOf: Scale,
  yOf: (line: number | null) => number,
): string {
  return steps
    .map(({ at, stage }, index) => {
      const next = steps[index + 1]
      const start = `${index === 0 ? 'M' : 'L'}${xOf(at)} ${yOf(stage.fileLine)}`
      // A line that grows goes straight to the begin of the next step.
      return grows && next !== undefined
        ? start
        : `${start}L${xOf(next?.at ?? to)} ${yOf(stage.fileLine)}`
    })
    .join('')
}

/** Polls nearer than this belong together. They have numbers if they are no wider than a dot. */
const apart = 16
const dot = 4

function countsOf(marks: readonly PlacedMark[]): Layout['counts'] {
  const polls = marks.filter(({ mark }) => mark.kind === 'poll').sort((a, b) => a.x - b.x)
  const groups: PlacedMark[][] = []
  for (const poll of polls) {
    const group = groups.at(-1)
    const before = group?.at(-1)
    if (before !== undefined && poll.x - before.x < apart) group?.push(poll)
    else groups.push([poll])
  }
  return groups.flatMap((group) => {
    const [first] = group as [PlacedMark]
    const { x } = group.at(-1) as PlacedMark
    if (x - first.x >= dot) return []
    const heights = [...new Set(group.map(({ y }) => y))]
    const counts = heights.map((y) => ({ x, y, count: group.filter((it) => it.y === y).length }))
    return counts.filter(({ count }) => count > 1)
  })
}

const secondMs = 1000
const minuteMs = 60 * secondMs
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

const tickSpans = [
  ...[0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30].map((it) => it * secondMs),
  ...[1, 2, 5, 10, 15, 30].map((it) => it * minuteMs),
  ...[1, 2, 3, 6, 12].map((it) => it * hourMs),
  ...[1, 2, 5, 10, 30, 100, 365, 3650, 36_500, 365_000].map((it) => it * dayMs),
]

/** The least distance of two times on the axis, in pixels. */
const tickWidth = 76

function ticksOf(from: number, to: number, width: number): { at: number; text: string }[] {
  const most = Math.max(1, Math.floor(width / tickWidth))
  const stepMs = tickSpans.find((it) => (to - from) / it <= most) ?? 3_650_000 * dayMs
  const first = Math.ceil(from / stepMs)
  const count = Math.floor(to / stepMs) - first + 1
  return Array.from({ length: count }, (_, index) => {
    const at = (first + index) * stepMs
    return { at, text: tickText(at, stepMs, to - from) }
  })
}

/** As much of a time as the distance of two ticks and the whole span need. */
function tickText(at: number, stepMs: number, spanMs: number): string {
  const iso = new Date(at).toISOString()
  if (stepMs < secondMs) return iso.slice(11, 21)
  if (stepMs >= dayMs) return iso.slice(0, 10)
  return spanMs < dayMs ? iso.slice(11, 19) : iso.slice(5, 16).replace('T', ' ')
}

/** The distance at which the pointer is on a mark, in pixels. */
const reach = 14

/** Returns the mark nearest to a place. */
export function nearestMark(
  marks: readonly PlacedMark[],
  x: number,
  y: number,
): PlacedMark | undefined {
  let nearest: PlacedMark | undefined
  let least = reach
  for (const mark of marks) {
    const distance = Math.hypot(mark.x - x, mark.y - y)
    if (distance > least) continue
    least = distance
    nearest = mark
  }
  return nearest
}
