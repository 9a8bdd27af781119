import { compileImport } from '../src/domain/imports/compile-import.js'
import type { ImportDefinition } from '../src/domain/imports/import-definition.js'
import type { CourseStep, ImportResult, ImportState } from '../src/domain/imports/import-state.js'
import { numberOf, spanOf } from './parts/text.js'
import { stageOf, stageText } from './timeline-texts.js'

/** The result of the polls from some time on. */
export interface PreviewLine {
  readonly when: string
  readonly what: string
}

/** The results that a client will see, and when. Empty for a definition that the control API would refuse. */
export function previewOf(definition: ImportDefinition): readonly PreviewLine[] {
  try {
    const { course } = compileImport(definition)
    const fromLoad = 'startsAt' in definition && definition.startsAt === 'load'
    const lines = course.map((step, index) => ({
      when: index === 0 ? (fromLoad ? 'from now' : 'from the first poll') : whenOf(step),
      what:
        index === 0 && 'progress' in definition
          ? growing(step.state, course.at(-1)?.state as ImportResult)
          : textOf(step.state),
    }))
    return /NaN|undefined/.test(JSON.stringify(lines)) ? [] : lines
  } catch {
    return []
  }
}

function whenOf({ afterMs, afterPolls }: CourseStep): string {
  return afterPolls >= 0 ? `from poll ${numberOf(afterPolls + 1)}` : `after ${spanOf(afterMs)}`
}

function growing(state: ImportState, { fileLine }: ImportResult): string {
  return `${textOf(state)} and growing to ${numberOf(fileLine)}`
}

/** `200 · pending, line 58`, or `500 · Out of disk`. */
function textOf(state: ImportState): string {
  if ('error' in state) return `500 · ${state.error}`
  const [message, ...others] = state.messages
  const more = others.length === 0 ? '' : ` and ${others.length} more`
  return `200 · ${stageText(stageOf(state))}${message === undefined ? '' : ` · ${message}${more}`}`
}
