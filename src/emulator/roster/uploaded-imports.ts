import type { BehaviourId } from '../../domain/behaviours.js'
import { VendorError } from '../../domain/errors.js'
import type { ImportDefinition } from '../../domain/imports/import-definition.js'
import type { ImportResult } from '../../domain/imports/import-state.js'
import type { ImportStatus } from '../../domain/imports/import-status.js'
import { nameMatcher } from '../../domain/name-pattern.js'
import { startOf } from '../../domain/roster/texts.js'
import type { UploadsState } from '../../domain/state.js'
import type { UploadOutcome, UploadOutcomeView } from '../../domain/upload-outcome.js'
import { type Armed, ArmedList } from '../faults/armed-list.js'
import type { Imports } from '../imports/imports.js'
import { createRandom, randomUuid, resumeRandom, type SeededRandom } from '../random.js'
import type { Removed } from '../removals.js'
import type { ServiceState } from '../service-state.js'
import type { WorkspaceResults } from './result-store.js'
import type { RosterOutcome } from './roster-file.js'

/** The least that an import takes, so that the first poll after an upload finds it pending. */
const minDurationMs = 1000

export interface UploadSettings {
  /** The rows that an import handles in a second of the virtual clock; 0: it ends at once. */
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
  readonly #results: WorkspaceResults
  readonly #service: ServiceState
  readonly #rowsPerSecond: number
  readonly #createRandom: () => SeededRandom
  readonly #outcomes: ArmedList<UploadOutcome, OutcomeState>
  #random: SeededRandom

  constructor(
    workspaceName: string | undefined,
    imports: Imports,
    results: WorkspaceResults,
    service: ServiceState,
    scenario: readonly UploadOutcome[],
    { rowsPerSecond, randomSeed }: UploadSettings,
  ) {
    this.#imports = imports
    this.#results = results
    this.#service = service
    this.#rowsPerSecond = rowsPerSecond
    // Ids differ from workspace to workspace, so that a mix-up shows.
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
    const { kind, rows, file: resultFile } = content
    const referenceId = randomUuid(this.#random.next)
    const { status, fileLine, messages } = this.#resultOf(content)
    const upload = {
      ...named(file),
      kind,
      rows,
      resultFile: resultFile === undefined ? 'none' : 'kept',
      restsOn: this.#evidenceFor(content),
    } as const
    this.#imports.begin(referenceId, this.#importOf(status, fileLine, messages, rows), upload)
    this.#keep(referenceId, resultFile, messages)
    return referenceId
  }

  /** The kept result file of an upload. */
  resultOf(referenceId: string): Buffer | undefined {
    return this.#results.get(referenceId)?.file
  }

  /** Throws `conflict` for an id that is armed already. */
  arm(outcome: UploadOutcome): UploadOutcomeView {
    return view(this.#outcomes.arm(outcome))
  }

  list(): UploadOutcomeView[] {
    return [...this.#outcomes.values()].map(view)
  }

  /** Returns what was removed, or undefined if there was none. */
  disarm(id: string): Removed | undefined {
    return this.#outcomes.disarm(id)
  }

  /** Returns what was removed. */
  clear(): Removed {
    return this.#outcomes.clear()
  }

  /** Back to the scenario, and to the first id. */
  reset(): void {
    this.#outcomes.reset()
    this.#random = this.#createRandom()
  }

  load(scenario: readonly UploadOutcome[], replaced?: ReadonlySet<string>): void {
    this.#outcomes.load(scenario, replaced)
  }

  /** The memory of the results that are kept, in bytes. */
  get bytes(): number {
    const sizes = this.#results.ids().map((id) => this.#results.get(id)?.bytes ?? 0)
    return sizes.reduce((sum, size) => sum + size, 0)
  }

  saveOutcomes(): UploadsState<Buffer>['outcomes'] {
    return this.#outcomes.save(({ used }) => used)
  }

  save(): UploadsState<Buffer> {
    return {
      outcomes: this.saveOutcomes(),
      random: this.#random.save(),
      results: this.#results.ids().map((referenceId) => ({
        referenceId,
        file: this.resultOf(referenceId),
      })),
    }
  }

  /** Restores the planned uploads and the results of imports that are restored already. */
  restore({ outcomes, random, results }: UploadsState<Buffer>): void {
    this.#outcomes.restore(outcomes, (begun, used) => ({ ...begun, used }))
    this.#random = resumeRandom(random)
    for (const { referenceId, file } of results) {
      this.#keep(referenceId, file, this.#imports.messagesOf(referenceId))
    }
  }

  /** Keeps a result as long as there is room for it. */
  #keep(referenceId: string, file: Buffer | undefined, messages: readonly string[]): void {
    const { length } = messages
    this.#results.keep(referenceId, file, messages, () => {
      if (length === 0) return
      const note = `The ${length} messages were evicted: raise --max-stored-bytes`
      this.#imports.replaceMessages(referenceId, [note])
    })
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
    const referenceId = randomUuid(this.#random.next)
    const { kind, rows } = content instanceof VendorError ? { kind: null, rows: 0 } : content
    const { id: _id, fileName: _fileName, times: _times, ...planned } = definition
    this.#imports.begin(referenceId, planned, { ...named(file), kind, rows, resultFile: 'made' })
    return referenceId
  }

  /** Without a mistake in its rows, a file comes to the same whatever the switches say. */
  #evidenceFor({ refused }: RosterOutcome): readonly BehaviourId[] | undefined {
    if (refused === 0) return undefined
    const { rowErrors, fileLine } = this.#service.get()
    return [`row-errors-${rowErrors}`, `file-line-${fileLine}`]
  }

  /** Returns the outcome of the file under the current switches. */
  #resultOf({ rows, refused, isWholeFileRefused, messages }: RosterOutcome): ImportResult {
    const { rowErrors, fileLine } = this.#service.get()
    const fails = isWholeFileRefused || (refused > 0 && rowErrors === 'fail')
    return {
      status: fails ? 'failed' : 'processed',
      fileLine: fileLine === 'imported' ? rows - refused : rows,
      messages: fails ? messages : [],
    }
  }

  /** Pending while its rows go in, then what the file comes to. */
  #importOf(
    status: ImportStatus,
    fileLine: number,
    messages: readonly string[],
    rows: number,
  ): ImportDefinition {
    if (this.#rowsPerSecond === 0) return { status, fileLine, messages: [...messages] }
    const durationMs = Math.max(minDurationMs, Math.round((rows * 1000) / this.#rowsPerSecond))
    const outcome = status as 'processed' | 'failed'
    const duration = `${durationMs}ms` as const
    return { progress: { lines: fileLine, duration, outcome, messages: [...messages] } }
  }
}

/** The longest file name that is kept, in characters: no file system takes a longer one. */
const maxNameLength = 255

/** A file whose name is bounded in memory. */
function named({ fileName, sizeBytes }: ReceivedFile): ReceivedFile {
  return { fileName: Buffer.from(startOf(fileName, maxNameLength)).toString(), sizeBytes }
}

function view({ id, definition, state }: Armed<UploadOutcome, OutcomeState>): UploadOutcomeView {
  return { id, definition, used: state.used }
}
