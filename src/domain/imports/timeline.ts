import * as v from 'valibot'
import { type Duration, toMs } from '../milliseconds.js'
import { list, mapping, oneOf } from '../schema.js'
import { duration, lineNumber } from './fields.js'
import {
  type FixedState,
  fixedStateFields,
  type ServerError,
  serverErrorFields,
} from './fixed-state.js'
import { isRunning } from './import-status.js'
import { type AddIssue, type Issue, pathItem } from './issues.js'
import { isTemplate } from './template.js'

/** The begin of a step of a timeline. Every step but the first has one of the two fields. */
export interface StepCondition {
  /** The step begins this long after the import started, by the virtual clock, such as `5s`. */
  after?: Duration | undefined
  /** The step begins after this many polls: with 2, the third poll finds it. */
  afterPolls?: number | undefined
}

/** One step of a timeline: a state or an error, and when it begins. */
export type TimelineStep = StepCondition & (FixedState | ServerError)

/** The steps of an import in their order, at least one. */
export type Timeline = TimelineStep[]

const condition = {
  after: v.optional(duration),
  afterPolls: v.optional(lineNumber(1)),
}

export const timelineSchema = v.pipe(
  list(
    oneOf({
      status: mapping({ ...condition, ...fixedStateFields }),
      error: mapping({ ...condition, ...serverErrorFields }),
    }),
  ),
  v.minLength(1, 'needs at least one step'),
  v.rawCheck(({ dataset, addIssue }) => {
    if (dataset.issues === undefined) checkTimeline(dataset.value, addIssue)
  }),
)

/*
 * Rules that concern more than one step. An import that has ended stays ended, and one that is pending never loses
 * lines: a scenario that says otherwise has a mistake, which names its place. Named numbers are not compared: they
 * differ for each id.
 */

function checkTimeline(steps: Timeline, addIssue: AddIssue): void {
  const mistake: AddMistake = (index, field, message) =>
    addIssue({ message, path: stepPath(steps, index, field) })
  checkConditions(steps, mistake)
  checkStates(steps, mistake)
}

type AddMistake = (index: number, field: string, message: string) => void

function checkConditions(steps: Timeline, mistake: AddMistake): void {
  let afterMs = 0
  let mostPolls = 0
  for (const [index, { after, afterPolls }] of steps.entries()) {
    if (index === 0) {
      for (const [field, value] of Object.entries({ after, afterPolls })) {
        if (value !== undefined) mistake(0, field, 'the first step holds from the start: remove it')
      }
    } else if (after !== undefined && afterPolls !== undefined) {
      mistake(index, 'afterPolls', 'a step takes only one of after and afterPolls')
    } else if (after === undefined && afterPolls === undefined) {
      mistake(index, '', 'needs after or afterPolls, as every step but the first')
    } else if (after !== undefined && !isTemplate(after)) {
      if (toMs(after) <= afterMs) mistake(index, 'after', 'must be later than in the steps before')
      afterMs = toMs(after)
    } else if (afterPolls !== undefined && !isTemplate(afterPolls)) {
      if (afterPolls <= mostPolls) {
        mistake(index, 'afterPolls', 'must be more than in the steps before')
      }
      mostPolls = afterPolls
    }
  }
}

function checkStates(steps: Timeline, mistake: AddMistake): void {
  let ended: string | undefined
  let pendingLine = 0
  for (const [index, step] of steps.entries()) {
    if (ended !== undefined) mistake(index, '', `no step can follow one that is ${ended}`)
    if ('error' in step) continue
    if (!isRunning(step.status)) {
      ended = step.status
      continue
    }
    const { fileLine = 0 } = step
    if (isTemplate(fileLine)) continue
    if (fileLine < pendingLine) {
      mistake(index, 'fileLine', `must not fall: a step before has ${pendingLine}`)
    }
    pendingLine = fileLine
  }
}

function stepPath(steps: Timeline, index: number, field: string): NonNullable<Issue['path']> {
  const step = steps[index] as Timeline[number]
  const item: v.IssuePathItem = {
    type: 'array',
    origin: 'value',
    input: steps as unknown as unknown[],
    key: index,
    value: step,
  }
  const value: unknown = Object(step)[field]
  return field === '' ? [item] : [item, pathItem(step, field, value)]
}
