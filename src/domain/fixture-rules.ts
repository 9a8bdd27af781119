import type * as v from 'valibot'
import { toMs } from './duration.js'
import type { Progress, Timeline } from './import-definition.js'

/*
 * What a schema cannot say of one field alone. An import that has ended stays ended, and one that is
 * pending never loses lines: a scenario that says otherwise is a mistake, and is told where.
 */

interface Issue {
  readonly message: string
  readonly path?: [v.IssuePathItem, ...v.IssuePathItem[]]
}

type AddIssue = (issue: Issue) => void

export function checkTimeline(steps: Timeline, addIssue: AddIssue): void {
  let afterMs = 0
  let afterPolls = 0
  let ended: string | undefined
  let pendingLine = 0
  for (const [index, step] of steps.entries()) {
    const mistake = (field: string, message: string) =>
      addIssue({ message, path: stepPath(steps, index, field) })

    if (index === 0) {
      for (const field of ['after', 'afterPolls'] as const) {
        if (step[field] !== undefined)
          mistake(field, 'the first step holds from the start: take it away')
      }
    } else if (step.after !== undefined && step.afterPolls !== undefined) {
      mistake('afterPolls', 'a step takes only one of after and afterPolls')
    } else if (step.after !== undefined) {
      if (toMs(step.after) <= afterMs) mistake('after', 'must be later than in the steps before')
      afterMs = toMs(step.after)
    } else if (step.afterPolls !== undefined) {
      if (step.afterPolls <= afterPolls) {
        mistake('afterPolls', 'must be more than in the steps before')
      }
      afterPolls = step.afterPolls
    } else {
      mistake('', 'needs after or afterPolls, as every step but the first')
    }

    if (ended !== undefined) mistake('', `no step can follow one that is ${ended}`)
    if ('error' in step) continue
    if (step.status !== 'pending') {
      ended = step.status
      continue
    }
    const { fileLine = 0 } = step
    if (fileLine < pendingLine) {
      mistake('fileLine', `must not fall while pending: a step before has ${pendingLine}`)
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
  const value = (step as Record<string, unknown>)[field]
  return field === '' ? [item] : [item, pathItem(step, field, value)]
}

function pathItem(input: object, key: string, value: unknown): v.IssuePathItem {
  return { type: 'object', origin: 'value', input: input as Record<string, unknown>, key, value }
}
