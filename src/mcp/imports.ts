import type { EmulatorControl } from '../domain/control/emulator-control.js'
import type { ImportPage, ImportView } from '../domain/control/vocabulary.js'
import { shorten } from './result-text.js'

/** The most messages, marks and steps that a result has. */
const maxItems = 10

/** Returns one line of facts for each import of a page. */
export async function listImports(
  { imports }: EmulatorControl,
  { limit = 20, offset = 0, ...filter }: ImportPage,
): Promise<unknown> {
  const page = await imports.list({ ...filter, limit, offset })
  const { count } = await imports.count(filter)
  const next = offset + page.length
  return {
    count,
    imports: page.map(summary),
    ...(next < count && { more: `Call list_imports with offset ${next} for the next ones.` }),
  }
}

function summary({ referenceId, state, polls, override }: ImportView) {
  return {
    referenceId,
    state: state === null ? 'a pattern of ids' : briefly(state),
    polls,
    ...(override !== null && { overridden: true }),
  }
}

/** Returns an import with the newest part of its history. */
export async function findImport({ imports }: EmulatorControl, id: string): Promise<unknown> {
  const { state, ...view } = await imports.get(id)
  // A pattern has no history.
  if (state === null) return view
  const { marks, course, next } = await imports.history(id)
  return {
    ...view,
    state: briefly(state),
    lastEvents: marks.slice(-maxItems),
    steps: course.slice(0, maxItems).map((step) => ({ ...step, state: briefly(step.state) })),
    nextStep: next === null ? null : { ...next, state: briefly(next.state) },
  }
}

/** A failed import may have a message for each of its lines. */
function briefly(state: NonNullable<ImportView['state']>) {
  if ('error' in state) return state
  const { messages, ...rest } = state
  const shown = messages.slice(0, maxItems).map((it) => shorten(it, 300))
  const left = messages.length - shown.length
  return { ...rest, messages: left > 0 ? [...shown, `… and ${left} more`] : shown }
}
