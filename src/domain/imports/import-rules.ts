import type * as v from 'valibot'
import { toMs } from '../duration.js'
import { isRunning } from './import-status.js'
import type { Progress, Timeline } from './import-types.js'
import { isTemplate } from './template.js'

/*
 * Rules that concern more than one field. An import that has ended stays ended, and one that is
 * pending never loses lines: a scenario that says otherwise has a mistake, which names its place. Named
 * numbers are not compared: they differ for each id.
 */

interface Issue {
  readonly message: string
  readonly path?: [v.IssuePathItem, ...v.IssuePathItem[]]
}

type AddIssue = (issue: Issue) => void

export function checkTimeline(steps: Timeline, addIssue: AddIssue): void {
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

export function checkProgress(progress: Progress, addIssue: AddIssue): void {
  const { lines, outcome, failsAt } = progress
  if (failsAt === undefined) return
  const mistake = (message: string) =>
    addIssue({ message, path: [pathItem(progress, 'failsAt', failsAt)] })
  if (outcome !== 'failed') mistake('is only for the outcome failed')
  if (isTemplate(failsAt) || isTemplate(lines)) return
  if (failsAt > lines) mistake(`must be at most the number of lines, ${lines}`)
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

function pathItem(input: object, key: string, value: unknown): v.IssuePathItem {
  return { type: 'object', origin: 'value', input: input as Record<string, unknown>, key, value }
}
