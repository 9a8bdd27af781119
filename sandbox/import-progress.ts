import type { ImportView } from '../src/domain/control/vocabulary.js'
import { compileImport } from '../src/domain/imports/compile-import.js'
import type { ImportDefinition, ImportInput } from '../src/domain/imports/import-definition.js'
import type { ImportState } from '../src/domain/imports/import-state.js'
import { fillTemplate } from '../src/domain/imports/template.js'
import { toMs } from '../src/domain/milliseconds.js'

/** The state of an import at a time, without a request to the emulator; null for a pattern. */
export function stateAt(view: ImportView, now: number): ImportState | null {
  const { definition, state, startedAt, polls } = view
  if (state === null || isStill(view)) return state
  const elapsedMs = Math.max(0, now - (startedAtMs(startedAt) ?? now))
  return compileImport(withoutTemplates(definition)).stateAt(elapsedMs, polls)
}

/** To how many lines a pending import grows, where its definition says so. */
export function goalOf(definition: ImportInput): number | undefined {
  if ('progress' in definition) return Number(definition.progress.lines) || undefined
  if (!('timeline' in definition)) return undefined
  const last = definition.timeline.at(-1)
  return last !== undefined && 'status' in last
    ? Number(last.fileLine ?? 0) || undefined
    : undefined
}

/** Describes a definition in a few words. */
export function summaryOf(definition: ImportInput): string {
  if ('progress' in definition) {
    const { lines, duration, outcome } = definition.progress
    return `${lines} lines in ${duration}, then ${outcome}`
  }
  if ('timeline' in definition) return definition.timeline.map(wordOf).join(' → ')
  return wordOf(definition)
}

const wordOf = (state: { readonly error: string } | { readonly status: string }) =>
  'error' in state ? 'server error' : state.status

/** The next state of an import, and its time: after a duration, after some polls, or with the first poll. */
export type NextStep =
  | { readonly becomes: string; readonly inMs: number }
  | { readonly becomes: string; readonly inPolls: number }
  | 'first-poll'

/** Undefined where it stays as it is. */
export function nextStep(view: ImportView, now: number): NextStep | undefined {
  const { state, startedAt, polls } = view
  if (state === null || isStill(view)) return undefined
  const definition = withoutTemplates(view.definition)
  if (!('timeline' in definition || 'progress' in definition)) return undefined
  const start = startedAtMs(startedAt)
  if (start === undefined) return 'first-poll'
  const elapsedMs = Math.max(0, now - start)
  if ('progress' in definition) {
    const { lines, duration, outcome, failsAt } = definition.progress
    const part = failsAt === undefined || failsAt >= lines ? 1 : failsAt / lines
    const inMs = Math.ceil(part * toMs(duration)) - elapsedMs
    return inMs > 0 ? { becomes: outcome, inMs } : undefined
  }
  const holds = ({ after, afterPolls }: (typeof definition.timeline)[number]) =>
    after === undefined ? polls > (afterPolls ?? -1) : elapsedMs >= toMs(after)
  const index = definition.timeline.findLastIndex(holds)
  const [current, next] = definition.timeline.slice(index, index + 2)
  if (next === undefined) return undefined
  // A step that changes only the line is named by its line.
  const becomes =
    'status' in next && wordOf(next) === wordOf(current as typeof next)
      ? `line ${next.fileLine ?? 0}`
      : wordOf(next)
  return next.after === undefined
    ? { becomes, inPolls: (next.afterPolls as number) + 1 - polls }
    : { becomes, inMs: toMs(next.after) - elapsedMs }
}

/** An import that was finished or overridden stays as it is. */
function isStill({ finished, override }: ImportView): boolean {
  return finished || override !== null
}

/** The definition of an id: only that of a pattern contains named numbers. */
function withoutTemplates(definition: ImportInput): ImportDefinition {
  return fillTemplate<ImportDefinition>(definition, {})
}

function startedAtMs(startedAt: string | null): number | undefined {
  return startedAt === null ? undefined : Date.parse(startedAt)
}
