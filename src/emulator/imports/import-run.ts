import type { LRUCache } from 'lru-cache'
import { compileImport } from '../../domain/imports/compile-import.js'
import type { FixedState } from '../../domain/imports/fixed-state.js'
import type { ImportDefinition } from '../../domain/imports/import-definition.js'
import type { CompiledImport } from '../../domain/imports/import-state.js'
import type { RunState, UploadRunState, UploadState } from '../../domain/state.js'
import { type FoundDefinition, named, resumeDefinition } from './definitions.js'

/** The run of an import since its first poll. */
export interface ImportRun extends FoundDefinition {
  readonly compiled: CompiledImport
  startedAt: number | undefined
  polls: number
  /** The file that it is the import of. */
  readonly upload?: UploadState
}

/** Follows a definition that only this import has. */
export function followOwn(referenceId: string, definition: ImportDefinition) {
  const compiled = compileImport(definition)
  return { source: referenceId, template: definition, definition, compiled }
}

/** The messages with which the import of an upload ends. */
export function messagesIn(definition: ImportDefinition): readonly string[] {
  const end = 'progress' in definition ? definition.progress : (definition as FixedState)
  return end.messages ?? []
}

/** The definition of the import of an upload, with other messages at its end. */
export function withMessages(definition: ImportDefinition, messages: string[]): ImportDefinition {
  return 'progress' in definition
    ? { progress: { ...definition.progress, messages } }
    : { ...(definition as FixedState), messages }
}

/** The entries of a cache, the least recently used first. */
export function entriesOf(runs: LRUCache<string, ImportRun>): [string, ImportRun][] {
  return [...runs.rentries()] as [string, ImportRun][]
}

export function saveRun([referenceId, run]: [string, ImportRun]): RunState {
  const { source, template, startedAt, polls } = run
  return { referenceId, fixture: named(source, template), startedAt, polls }
}

export function saveUploadRun([referenceId, run]: [string, ImportRun]): UploadRunState {
  const { definition, startedAt, polls, upload } = run as Required<ImportRun>
  return { referenceId, definition, startedAt: startedAt as number, polls, upload }
}

export function resumeRun({ referenceId, fixture, startedAt, polls }: RunState): ImportRun {
  const found = resumeDefinition(referenceId, fixture)
  return { ...found, compiled: compileImport(found.definition), startedAt, polls }
}
