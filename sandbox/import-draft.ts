import type { ImportDefinition, ImportInput } from '../src/domain/imports/import-definition.js'
import { isRunning } from '../src/domain/imports/import-status.js'
import type { AsWritten } from '../src/domain/imports/template.js'
import type { TimelineStep } from '../src/domain/imports/timeline.js'
import { type Duration, toMs } from '../src/domain/milliseconds.js'

/** The forms that an import can have, by the field that only each has. */
export const importForms = ['status', 'error', 'timeline', 'progress'] as const

export type ImportForm = (typeof importForms)[number]

/** The fields of one state of an import. Each is text, as it is typed. */
export interface StateDraft {
  readonly status: string
  readonly fileLine: string
  /** One a line. */
  readonly messages: string
  readonly error: string
}

export interface StepDraft extends StateDraft {
  readonly condition: 'after' | 'afterPolls'
  readonly amount: string
}

/** An import as it is being written, in every form at once, so that nothing is lost by trying another. */
export interface ImportDraft extends StateDraft {
  readonly form: ImportForm
  readonly steps: readonly StepDraft[]
  readonly startsAtLoad: boolean
  readonly lines: string
  readonly duration: string
  readonly outcome: string
  readonly runningStatus: string
  readonly failsAt: string
}

const noState: StateDraft = { status: 'pending', fileLine: '', messages: '', error: '' }

export const newStep: StepDraft = {
  ...noState,
  condition: 'after',
  amount: '5s',
  status: 'processed',
}

export const newDraft: ImportDraft = {
  ...noState,
  status: 'processed',
  form: 'status',
  steps: [
    { ...newStep, status: 'pending' },
    { ...newStep, fileLine: '1000' },
  ],
  startsAtLoad: false,
  lines: '1000',
  duration: '30s',
  outcome: 'processed',
  runningStatus: 'pending',
  failsAt: '',
}

/** The steps with one more that can hold: the end of an import stays its last step, and comes later. */
export function withStep(steps: readonly StepDraft[]): readonly StepDraft[] {
  const last = steps.at(-1) ?? newStep
  const isEnd = last.status === 'processed' || last.status === 'failed'
  // The first step holds from the start.
  const reached = steps.length < 2 ? { condition: last.condition, amount: '' } : last
  const later = { condition: reached.condition, amount: laterThan(reached) }
  if (!isEnd) {
    const { fileLine } = steps.findLast(({ status }) => isRunning(status)) ?? newStep
    return [...steps, { ...newStep, ...later, fileLine }]
  }
  const before = steps.slice(0, -1)
  if (before.length === 0)
    return [
      { ...last, status: 'pending' },
      { ...last, ...later },
    ]
  // An import that is pending loses no line.
  const { fileLine = '' } = before.findLast(({ status }) => isRunning(status)) ?? {}
  const { condition, amount } = last
  return [
    ...before,
    { ...newStep, condition, amount, status: 'pending', fileLine },
    { ...last, ...later },
  ]
}

function laterThan({ condition, amount }: Pick<StepDraft, 'condition' | 'amount'>): string {
  if (condition === 'afterPolls') return String((Number(amount) || 0) + 1)
  const ms = /^\d+(?:\.\d+)?(?:ms|s|m|h|d)$/.test(amount) ? toMs(amount as Duration) : 0
  return `${(ms + 5000) / 1000}s`
}

export function draftOf(definition: ImportInput): ImportDraft {
  const form = importForms.find((it) => Object.hasOwn(definition, it)) as ImportForm
  const startsAtLoad = 'startsAt' in definition && definition.startsAt === 'load'
  if ('timeline' in definition) {
    return { ...newDraft, form, startsAtLoad, steps: definition.timeline.map(stepDraftOf) }
  }
  if ('progress' in definition) {
    const {
      lines,
      duration,
      outcome,
      failsAt,
      messages,
      runningStatus = 'pending',
    } = definition.progress
    return {
      ...newDraft,
      form,
      startsAtLoad,
      lines: textOf(lines),
      duration: durationText(duration),
      outcome,
      runningStatus,
      failsAt: textOf(failsAt),
      messages: linesOf(messages),
    }
  }
  return { ...newDraft, form, ...stateDraftOf(definition) }
}

/** Milliseconds get their unit. */
function durationText(duration: string | number): string {
  return typeof duration === 'number' ? `${duration}ms` : duration
}

function stepDraftOf(step: AsWritten<TimelineStep>): StepDraft {
  const { after, afterPolls } = step
  const [condition, amount] =
    afterPolls === undefined
      ? (['after', after === undefined ? after : durationText(after)] as const)
      : (['afterPolls', afterPolls] as const)
  return { condition, amount: textOf(amount), ...stateDraftOf(step) }
}

function stateDraftOf(
  state:
    | { error: string }
    | {
        status: string
        fileLine?: number | string | undefined
        messages?: readonly string[] | undefined
      },
): StateDraft {
  if ('error' in state) return { ...noState, status: 'error', error: state.error }
  const { status, fileLine, messages } = state
  return { ...noState, status, fileLine: textOf(fileLine), messages: linesOf(messages) }
}

/** Returns the definition for the control API, which validates it. */
export function definitionOf(draft: ImportDraft): ImportDefinition {
  const startsAt = draft.startsAtLoad ? { startsAt: 'load' } : {}
  const definitions: Readonly<Record<ImportForm, () => object>> = {
    status: () => stateOf(draft),
    error: () => ({ error: draft.error }),
    timeline: () => ({ timeline: draft.steps.map(stepOf), ...startsAt }),
    progress: () => ({
      progress: withoutBlanks({
        lines: numberOrText(draft.lines),
        duration: draft.duration,
        outcome: draft.outcome,
        runningStatus: draft.runningStatus === 'pending' ? undefined : draft.runningStatus,
        // Out of sight otherwise, and refused.
        failsAt: draft.outcome === 'failed' ? numberOrText(draft.failsAt) : undefined,
        messages: messagesOf(draft.messages),
      }),
      ...startsAt,
    }),
  }
  return definitions[draft.form]() as ImportDefinition
}

function stepOf(step: StepDraft, index: number): object {
  const state = step.status === 'error' ? { error: step.error } : stateOf(step)
  if (index === 0) return state
  const amount = step.condition === 'after' ? step.amount : numberOrText(step.amount)
  return { [step.condition]: amount, ...state }
}

function stateOf({ status, fileLine, messages }: StateDraft): object {
  return withoutBlanks({
    status,
    fileLine: numberOrText(fileLine),
    messages: messagesOf(messages),
  })
}

const withoutBlanks = (fields: object) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))

/** A pattern may name a number: `{n}`. */
export function numberOrText(text: string): number | string | undefined {
  const trimmed = text.trim()
  if (trimmed === '') return undefined
  return /^\d+$/.test(trimmed) ? Number(trimmed) : trimmed
}

function messagesOf(text: string): string[] | undefined {
  const messages = text.split('\n').filter((line) => line.trim() !== '')
  return messages.length === 0 ? undefined : messages
}

const textOf = (value: number | string | undefined) => (value === undefined ? '' : String(value))
const linesOf = (messages: readonly string[] = []) => messages.join('\n')
