import type { ImportView } from '../../src/domain/control/vocabulary.js'
import { nextStep } from '../import-progress.js'
import { now } from '../state/clock.js'
import { plural, spanOf } from './text.js'

/** Shows the next state of an import, and its time. */
export function Next({ it }: { readonly it: ImportView }) {
  const next = nextStep(it, now.value)
  if (next === undefined) return null
  if (next === 'first-poll') return <>starts with its first poll</>
  return (
    <>
      {next.becomes} {'inMs' in next ? `in ${spanOf(next.inMs)}` : `after ${pollsOf(next.inPolls)}`}
    </>
  )
}

/** A step that holds from the next poll on comes with it. */
function pollsOf(polls: number): string {
  return plural(polls, 'more poll')
}
