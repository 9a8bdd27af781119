import { VendorError } from '../domain/errors.js'
import type { ImportDefinition, ImportFixture, ImportResult } from '../domain/fixture.js'
import { importState } from '../domain/import-state.js'
import { isPossibleReferenceId } from '../domain/reference-id.js'

/** The imports that the status endpoint knows. */
export class Imports {
  readonly #definitions: Map<string, ImportDefinition>

  constructor(fixtures: readonly (ImportFixture & ImportDefinition)[]) {
    this.#definitions = new Map(fixtures.map((fixture) => [fixture.referenceId, fixture]))
  }

  get size(): number {
    return this.#definitions.size
  }

  /** What a poll for this id is told. Throws 404 for an id that is not known, 500 where the import says so. */
  poll(referenceId: string): ImportResult {
    const definition = this.#definitions.get(referenceId)
    if (definition === undefined) throw notFound(referenceId)
    const state = importState(definition)
    if ('error' in state) {
      throw new VendorError('import-error', { code: 'import-error', message: state.error })
    }
    return state
  }
}

function notFound(referenceId: string): VendorError {
  return new VendorError(
    'reference-id-not-found',
    isPossibleReferenceId(referenceId)
      ? {
          code: 'reference-id-unknown',
          message: `There is no import ${JSON.stringify(referenceId)}`,
        }
      : { code: 'reference-id-impossible', message: 'No import can have this referenceId' },
  )
}
