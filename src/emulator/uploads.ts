import { nameMatcher } from '../domain/armed.js'
import { VendorError } from '../domain/errors.js'
import type { ImportDefinition } from '../domain/import-definition.js'
import type { UploadOutcome, UploadOutcomeView } from '../domain/upload-outcome.js'
import { type Armed, ArmedList } from './armed-list.js'
import type { Imports } from './imports.js'
import { createRandom, type Random, randomUuid } from './random.js'
import type { ReportStore } from './report-store.js'
import type { RosterOutcome } from './roster-file.js'

/** The least that an import takes, so that the first poll after an upload finds it pending. */
const minDurationMs = 1000

export interface UploadSettings {
  /** How many rows an import takes in a second of the virtual clock; 0: it is over at once. */
  readonly rowsPerSecond: number
  readonly randomSeed: number
}

/** A file as it was received. */
export interface ReceivedFile {
  readonly fileName: string
  readonly sizeBytes: number
}

interface OutcomeState {
  readonly matches: (fileName: string) => boolean
  used: number
}

/** Turns uploaded files into imports: as the file says, or as it was planned. */
export class Uploads {
  readonly #imports: Imports
  readonly #reports: ReportStore
  readonly #rowsPerSecond: number
  readonly #createRandom: () => Random
  readonly #outcomes: ArmedList<UploadOutcome, OutcomeState>
  #random: Random

  constructor(
    workspaceName: string | undefined,
    imports: Imports,
    reports: ReportStore,
    scenario: readonly UploadOutcome[],
    { rowsPerSecond, randomSeed }: UploadSettings,
  ) {
    this.#imports = imports
    this.#reports = reports
    this.#rowsPerSecond = rowsPerSecond
    // Ids differ from workspace to workspace: reports are kept by them.
    this.#createRandom = () => createRandom(randomSeed, `uploads of ${workspaceName ?? ''}`)
    this.#random = this.#createRandom()
    this.#outcomes = new ArmedList('outcome', scenario, (_id, { fileName }) => ({
      matches: nameMatcher(fileName),
      used: 0,
    }))
  }

  /**
   * Begins the import of a file, and tells its id. `content` is what the file comes to, or why it is
   * refused; that is thrown unless an outcome is planned.
   */
  begin(file: ReceivedFile, content: RosterOutcome | VendorError): string {
    const planned = this.#plannedFor(file.fileName)
    if (planned !== undefined) return this.#beginPlanned(file, content, planned)
    if (content instanceof VendorError) throw content
    const { kind, rows, report } = content
    const referenceId = randomUuid(this.#random)
    const upload = { ...file, kind, rows, hasReport: true }
    this.#imports.begin(referenceId, this.#importOf(content), upload)
    this.#reports.keep(referenceId, report)
    return referenceId
  }

  /** Throws `conflict` for an id that is armed already. */
  arm(outcome: UploadOutcome): UploadOutcomeView {
    return view(this.#outcomes.arm(outcome))
  }

  list(): UploadOutcomeView[] {
    return [...this.#outcomes.values()].map(view)
  }

  /** Answers whether there was one. */
  disarm(id: string): boolean {
    return this.#outcomes.disarm(id)
  }

  clear(): void {
    this.#outcomes.clear()
  }

  /** Back to the scenario, and to the first id. */
  reset(): void {
    this.#outcomes.reset()
    this.#random = this.#createRandom()
  }

  load(scenario: readonly UploadOutcome[]): void {
    this.#outcomes.load(scenario)
  }

  #plannedFor(fileName: string): Armed<UploadOutcome, OutcomeState> | undefined {
    return [...this.#outcomes.values()].find(
      ({ definition: { times = Number.POSITIVE_INFINITY }, state }) =>
        state.used < times && state.matches(fileName),
    )
  }

  #beginPlanned(
    file: ReceivedFile,
    content: RosterOutcome | VendorError,
    { definition, state }: Armed<UploadOutcome, OutcomeState>,
  ): string {
    state.used += 1
    const referenceId = randomUuid(this.#random)
    const { kind, rows } = content instanceof VendorError ? { kind: null, rows: 0 } : content
    const { id: _id, fileName: _fileName, times: _times, ...planned } = definition
    this.#imports.begin(referenceId, planned, { ...file, kind, rows, hasReport: false })
    return referenceId
  }

  /** Pending while its rows go in, then what the file comes to. */
  #importOf({ rows, imported, messages }: RosterOutcome): ImportDefinition {
    const outcome = messages.length === 0 ? 'processed' : 'failed'
    if (this.#rowsPerSecond === 0) {
      return { status: outcome, fileLine: imported, messages: [...messages] }
    }
    const durationMs = Math.max(minDurationMs, Math.round((rows * 1000) / this.#rowsPerSecond))
    const duration = `${durationMs}ms`
    return { progress: { lines: imported, duration, outcome, messages: [...messages] } }
  }
}

function view({ id, definition, state }: Armed<UploadOutcome, OutcomeState>): UploadOutcomeView {
  return { id, definition, used: state.used }
}
