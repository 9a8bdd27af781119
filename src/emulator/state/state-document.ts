import { InputError } from '../../domain/errors.js'
import { type ScenarioFixture, scenarioSchema } from '../../domain/fixture.js'
import { mapping, parseBySchema } from '../../domain/schema.js'
import {
  type ChangesState,
  changesSchema,
  type StateDocument,
  stateFormat,
  stateVersion,
} from '../../domain/state.js'
import { redactRecord } from '../journal/describe-entry.js'
import { shareWith } from '../journal/journal.js'
import { loadScenario, toScenario } from '../loaded-scenario.js'
import type { WorkspaceState } from './workspace-state.js'

/** The changes of a workspace as JSON: files are base64, and the journal holds no secrets. */
export function encodeChanges(state: WorkspaceState): ChangesState<string> {
  const { scenario: _, hasOwnScenario: __, ...changes } = state
  const { uploads, journal } = changes
  const results = uploads.results.map(({ referenceId, file }) => ({
    referenceId,
    file: file?.toString('base64'),
  }))
  return {
    ...changes,
    uploads: { ...uploads, results },
    journal: { ...journal, records: journal.records.map(redactRecord) },
  }
}

/** Reads changes: the inverse of `encodeChanges`. */
export function decodeChanges(encoded: ChangesState<string>): ChangesState<Buffer> {
  const { uploads, journal, ...changes } = encoded
  const results = uploads.results.map(({ referenceId, file }) => ({
    referenceId,
    file: file === undefined ? undefined : Buffer.from(file, 'base64'),
  }))
  const records = journal.records.map((record) => ({ ...record }))
  for (const [index, record] of records.entries()) {
    const before = records[index - 1]
    if (before !== undefined) shareWith(record, before)
  }
  return { ...changes, uploads: { ...uploads, results }, journal: { ...journal, records } }
}

/** The state of a workspace as one document. */
export function encodeState(state: WorkspaceState): StateDocument {
  return {
    format: stateFormat,
    version: stateVersion,
    scenario: toScenario(state.scenario) as ScenarioFixture,
    changes: encodeChanges(state),
  }
}

const documentSchema = mapping({ scenario: scenarioSchema, changes: changesSchema })

/** Reads a document. Throws an `InputError` with its mistakes. */
export function decodeState(document: unknown): WorkspaceState {
  const parsed = parseBySchema(documentSchema, withoutEnvelope(document))
  if ('mistakes' in parsed) throw new InputError(parsed.mistakes)
  const { scenario, changes } = parsed.value
  return { ...decodeChanges(changes), scenario: loadScenario(scenario), hasOwnScenario: true }
}

/** The contents of a document that this version can read. */
export function withoutEnvelope(document: unknown): unknown {
  const { format, version, ...contents } = Object(document) as Record<string, unknown>
  if (format !== stateFormat) {
    throw new InputError({ path: 'format', message: `must be ${JSON.stringify(stateFormat)}` })
  }
  if (version !== stateVersion) {
    const message = `is ${JSON.stringify(version)}: this version of the emulator reads only ${stateVersion}`
    throw new InputError({ path: 'version', message })
  }
  return contents
}
