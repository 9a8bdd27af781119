import { isDeepStrictEqual } from 'node:util'
import type { BehaviourId } from '../../domain/behaviours.js'
import type {
  ImportCount,
  ImportFilter,
  ImportKind,
  ImportPage,
  ImportView,
} from '../../domain/control/vocabulary.js'
import { ControlError, VendorError } from '../../domain/errors.js'
import type { ImportFixture } from '../../domain/fixture.js'
import { describeCourse } from '../../domain/imports/course.js'
import type { ImportHistory } from '../../domain/imports/history.js'
import type { ImportDefinition, ImportInput } from '../../domain/imports/import-definition.js'
import type {
  CompiledImport,
  CourseStep,
  ImportResult,
  ImportState,
} from '../../domain/imports/import-state.js'
import { isPattern, isPossibleReferenceId } from '../../domain/reference-id.js'
import { nearestName } from '../../domain/schema.js'
import type { ImportsState, UploadState } from '../../domain/state.js'
import { quoted } from '../../domain/visible-text.js'
import type { Clock } from '../clock.js'
import type { Removed } from '../removals.js'
import type { WorkspaceResults } from '../roster/result-store.js'
import { Alterations } from './alterations.js'
import { Definitions, type FoundDefinition, named } from './definitions.js'
import { type AlterationMark, briefly, Histories } from './histories.js'
import { ImportIds } from './import-ids.js'
import { followOwn, type ImportRun, messagesIn, withMessages } from './import-run.js'
import { ImportRuns } from './import-runs.js'
import type { ImportSet } from './import-set.js'
import { type Kinds, kindOfState, noKinds, restingKind } from './kind-totals.js'

/** With how many ids an unknown one is compared to find the nearest: a refusal has to be quick too. */
const maxCompared = 500

/** The approximate memory of a definition that was put, or of a run, in bytes (measured). */
const runBytes = 300

/** The imports that the status endpoint knows: those of the scenario, under those that were put. */
export class Imports {
  readonly #clock: Clock
  readonly #results: Pick<WorkspaceResults, 'delete' | 'setAside'>
  readonly #definitions: Definitions
  readonly #runs: ImportRuns
  readonly #alterations = new Alterations()
  readonly histories = new Histories()
  readonly #ids: ImportIds

  /** @param results - the results of uploads, which go with their imports */
  constructor(
    clock: Clock,
    scenario: ImportSet,
    results: Pick<WorkspaceResults, 'delete' | 'setAside'>,
  ) {
    this.#clock = clock
    this.#results = results
    this.#definitions = new Definitions(clock, scenario)
    this.#runs = new ImportRuns(this.#definitions, (id) => {
      this.#alterations.delete(id)
      this.histories.delete(id)
      results.delete(id)
    })
    this.#ids = new ImportIds(this.#definitions, this.#runs, this.#alterations)
  }

  /** The number of imports, patterns included. */
  get size(): number {
    return this.#definitions.size + this.#runs.uploadCount
  }

  /** Polls an import. Throws 404 for an unknown id, and 500 for an import that is an error. */
  poll(referenceId: string): ImportResult {
    const run = this.#runs.use(referenceId)
    if (run === undefined) throw this.#notFound(referenceId)
    run.startedAt ??= this.#clock.now()
    if (run.polls === 0) this.#ids.touch(referenceId)
    run.polls += 1
    return resultOf(this.#stateOf(referenceId, run))
  }

  /** Returns the result of a poll without counting one. Throws as `poll` does. */
  peek(referenceId: string): { readonly result: ImportResult; readonly upload?: UploadState } {
    const run = this.#runs.find(referenceId)
    if (run === undefined) throw this.#notFound(referenceId)
    const result = resultOf(this.#stateOf(referenceId, run))
    return run.upload === undefined ? { result } : { result, upload: run.upload }
  }

  /** The rows of the ledger that the state of an import rests on. An override rests on none. */
  evidenceFor(referenceId: string): readonly BehaviourId[] | undefined {
    // Most scenarios have no uploads, and a poll pays for each step.
    if (this.#runs.uploadCount === 0 || this.#alterations.get(referenceId)?.override)
      return undefined
    return this.#runs.findUpload(referenceId)?.upload?.restsOn
  }

  /** Begins the import of an uploaded file. */
  begin(referenceId: string, definition: ImportDefinition, upload: UploadState): void {
    this.#runs.begin(referenceId, definition, { startedAt: this.#clock.now(), polls: 0, upload })
    this.#ids.touch(referenceId)
  }

  /** The import of an id, or what is defined for a pattern. */
  get(referenceId: string): ImportView | undefined {
    if (this.#isDefinedPattern(referenceId)) {
      const definition = this.#definitions.get(referenceId) as ImportInput
      return {
        referenceId,
        definition,
        state: null,
        polls: 0,
        startedAt: null,
        finished: false,
        override: null,
      }
    }
    const run = this.#runs.find(referenceId)
    return run && this.#view(referenceId, run)
  }

  /** The id or pattern of the definition that an import follows. Undefined for an upload. */
  sourceOf(referenceId: string): string | undefined {
    return this.#definitions.find(referenceId)?.source
  }

  /** Returns whether there is an import of this id. */
  has(referenceId: string): boolean {
    return this.#runs.find(referenceId) !== undefined
  }

  /** The history of an import, or undefined if there is none. Throws for a pattern. */
  history(referenceId: string): ImportHistory | undefined {
    this.#requireNoPattern(referenceId)
    const run = this.#runs.find(referenceId)
    if (run === undefined) return undefined
    const { compiled, startedAt, polls } = run
    const course = describeCourse(compiled.course, {
      startedAt,
      now: this.#clock.now(),
      polls,
      finished: this.#alterations.get(referenceId)?.finished ?? false,
    })
    const next = course.find(({ reached }) => !reached) ?? null
    return { referenceId, ...this.histories.marksOf(referenceId), course, next }
  }

  /** Every definition as a scenario has it: of ids and patterns, and not of uploads. */
  definitions(): ImportFixture[] {
    return [...this.#definitions.ids()].map((id) =>
      named(id, this.#definitions.get(id) as ImportInput),
    )
  }

  /** The definitions that differ from the scenario: those that were put, and the ids of those that were deleted. */
  definitionChanges(): Pick<ImportsState, 'put' | 'deleted'> {
    return this.#definitions.save()
  }

  /** Everything that is defined, then every id that a pattern has matched. */
  list({ search, status, patterns, order, limit, offset = 0 }: ImportPage = {}): ImportView[] {
    const views: ImportView[] = []
    let skipped = 0
    for (const id of this.#ids.search(search, order)) {
      if (views.length === limit) break
      if (patterns !== undefined && this.#isDefinedPattern(id) !== patterns) continue
      if (status !== undefined && this.#kindOf(id) !== status) continue
      if (skipped < offset) skipped += 1
      else views.push(this.get(id) as ImportView)
    }
    return views
  }

  /** Counts the imports of each kind. */
  count({ search, status, patterns }: ImportFilter = {}): ImportCount {
    const all = search ? this.#countFound(search) : this.#totals()
    const { pattern, ...others } = all
    const wanted =
      patterns === undefined
        ? all
        : patterns
          ? { ...noKinds(), pattern }
          : { ...noKinds(), ...others }
    const kinds = status === undefined ? wanted : { ...noKinds(), [status]: wanted[status] }
    return { count: Object.values(kinds).reduce((sum, count) => sum + count), kinds }
  }

  /** Defines an import, or redefines it; either way it starts anew. */
  put(referenceId: string, definition: ImportInput): void {
    this.#forget(referenceId)
    this.#definitions.put(referenceId, definition)
    this.#forget(referenceId)
    this.#ids.touch(referenceId)
  }

  /** Returns what was removed, or undefined if there was none. */
  delete(referenceId: string): Removed | undefined {
    if (this.#runs.hasUpload(referenceId)) return this.#removeUpload(referenceId)
    const ids = this.#idsOf(referenceId)
    const putDefinitionBack = this.#definitions.take(referenceId)
    if (putDefinitionBack === undefined) return undefined
    const puttingBack = ids.map((id) => this.#take(id))
    return {
      putBack: () => {
        const isDefined = isPattern(referenceId)
          ? this.#definitions.get(referenceId) !== undefined
          : this.has(referenceId)
        if (isDefined || ids.some((id) => this.#isInUse(id))) return false
        putDefinitionBack()
        // Ids that a shorter pattern matched meanwhile follow this one again.
        this.#forget(referenceId)
        for (const putBack of puttingBack) putBack()
        return true
      },
    }
  }

  #removeUpload(referenceId: string): Removed {
    const result = this.#results.setAside(referenceId)
    const putBackImport = this.#take(referenceId)
    return {
      putBack: () => {
        if (this.has(referenceId)) return false
        putBackImport()
        result.putBack()
        return true
      },
      forget: result.forget,
    }
  }

  /** Removes everything about one id but its definition. Returns a function that puts it back. */
  #take(referenceId: string): () => void {
    const puttingBack = [this.#alterations, this.histories, this.#runs].map((part) =>
      part.take(referenceId),
    )
    return () => {
      for (const putBack of puttingBack) putBack()
    }
  }

  /** Returns whether an id was polled or altered. */
  #isInUse(referenceId: string): boolean {
    return this.#runs.has(referenceId) || this.#alterations.get(referenceId) !== undefined
  }

  /** Runs the definition of an import to its end at once. Returns whether there is one. Throws for a pattern. */
  finish(referenceId: string): boolean {
    return this.#alter(referenceId, { kind: 'finish' }, () => this.#alterations.finish(referenceId))
  }

  /** Lays a state over the definition of an import. Returns whether there is one. Throws for a pattern. */
  override(referenceId: string, state: ImportState): boolean {
    const mark = { kind: 'override', ...briefly(state) } as const
    return this.#alter(referenceId, mark, () => this.#alterations.override(referenceId, state))
  }

  /** Takes away what was laid over. Returns whether there is such an import. Throws for a pattern. */
  clearOverride(referenceId: string): boolean {
    return this.#alter(referenceId, { kind: 'clearOverride' }, () =>
      this.#alterations.clearOverride(referenceId),
    )
  }

  /** Back to the scenario: what was put or deleted is undone, and everything starts anew. */
  reset(): void {
    this.#definitions.reset()
    this.#runs.clear()
    this.#alterations.clear()
    this.histories.clear()
    this.#ids.forgetChanges()
  }

  /**
   * Takes an edited scenario. What did not change goes on; what was put, uploaded or deleted stays so, unless it is
   * `replaced`.
   */
  load(scenario: ImportSet, replaced: ReadonlySet<string> = new Set()): void {
    const before = new Map(
      [...this.#alterations.keys()].map((id) => [id, this.#definitions.find(id)]),
    )
    this.#definitions.load(scenario, replaced)
    for (const id of replaced) this.#runs.deleteUpload(id)
    this.#endChanged()
    for (const [id, previous] of before) {
      if (this.#runs.hasUpload(id)) continue
      const found = this.#definitions.find(id)
      if (found === undefined) this.#alterations.delete(id)
      else if (!isSame(found, previous)) this.#alterations.unfinish(id)
    }
    for (const id of this.histories.keys()) if (!this.has(id)) this.histories.delete(id)
  }

  /** Ends the runs whose definition is another one now. */
  #endChanged(): void {
    for (const [id, run] of this.#runs.following()) {
      if (isSame(this.#definitions.find(id), run)) continue
      this.#runs.delete(id)
      this.histories.delete(id)
    }
  }

  #alter(referenceId: string, mark: AlterationMark, alter: () => void): boolean {
    this.#requireNoPattern(referenceId)
    if (!this.has(referenceId)) return false
    alter()
    this.#ids.touch(referenceId)
    this.histories.add(referenceId, { ...mark, at: this.#clock.now() })
    return true
  }

  /** The messages with which the import of an upload ends. */
  messagesOf(referenceId: string): readonly string[] {
    const run = this.#runs.findUpload(referenceId)
    return run === undefined ? [] : messagesIn(run.definition)
  }

  /** Replaces the messages with which the import of an upload ends. */
  replaceMessages(referenceId: string, messages: string[]): void {
    const run = this.#runs.findUpload(referenceId)
    if (run === undefined) return
    Object.assign(run, followOwn(referenceId, withMessages(run.definition, messages)))
  }

  /** The approximate memory of what was put and polled, in bytes. */
  get bytes(): number {
    const count = this.#runs.size + this.#definitions.putCount
    return runBytes * count + this.histories.bytes
  }

  save(): ImportsState {
    return {
      ...this.#definitions.save(),
      ...this.#runs.save(),
      alterations: [...this.#alterations.entries()],
      history: this.histories.save(),
    }
  }

  restore(scenario: ImportSet, state: ImportsState): void {
    this.reset()
    this.#definitions.restore(scenario, state)
    this.#runs.restore(state)
    this.#alterations.restore(state.alterations)
    this.histories.restore(state.history)
    for (const id of changedIn(state)) this.#ids.touch(id)
    // A document can say what no workspace does.
    this.#endChanged()
    for (const id of this.#alterations.keys()) if (!this.has(id)) this.#alterations.delete(id)
  }

  #requireNoPattern(referenceId: string): void {
    if (!this.#isDefinedPattern(referenceId)) return
    const message = `${quoted(referenceId)} is a pattern: name one id that it matches`
    throw new ControlError('invalid_input', message, 'id')
  }

  /** The kinds of all imports: definitions by their running totals, and one by one only what moves or was matched. */
  #totals(): Kinds {
    const kinds = { ...this.#definitions.totals.kinds }
    for (const id of this.#ids.moving()) {
      kinds[restingKind(id, this.#definitions.get(id) as ImportInput)] -= 1
      kinds[this.#kindOf(id)] += 1
    }
    for (const id of this.#ids.further()) kinds[this.#kindOf(id)] += 1
    return kinds
  }

  #countFound(search: string): Kinds {
    const kinds = noKinds()
    for (const id of this.#ids.search(search)) kinds[this.#kindOf(id)] += 1
    return kinds
  }

  #kindOf(referenceId: string): ImportKind {
    if (this.#isDefinedPattern(referenceId)) return 'pattern'
    return kindOfState(this.#stateOf(referenceId, this.#runs.find(referenceId) as ImportRun))
  }

  /** An id that was polled can look like a pattern and be none. */
  #isDefinedPattern(referenceId: string): boolean {
    return isPattern(referenceId) && this.#definitions.get(referenceId) !== undefined
  }

  /** Forgets everything about the imports of this definition, before it changes and after. */
  #forget(referenceId: string): void {
    for (const id of this.#idsOf(referenceId)) {
      this.#runs.delete(id)
      this.#alterations.delete(id)
      this.histories.delete(id)
    }
  }

  /** An id, and the ids that follow its definition if it is a pattern. */
  #idsOf(referenceId: string): string[] {
    if (!isPattern(referenceId)) return [referenceId]
    const known = [
      ...this.#runs.matchedIds(),
      ...this.#alterations.keys(),
      ...this.histories.keys(),
    ]
    const ofPattern = known.filter(
      (id) => this.#definitions.find(id)?.source === referenceId && !this.#runs.hasUpload(id),
    )
    return [...new Set([referenceId, ...ofPattern])]
  }

  #notFound(referenceId: string): VendorError {
    if (!isPossibleReferenceId(referenceId)) {
      return new VendorError('reference-id-not-found', noImportPossible)
    }
    const nearest = nearestName(referenceId, this.#definitions.firstIds(maxCompared))
    const hint = nearest === undefined ? '' : `; nearest: ${quoted(nearest)}`
    const message = `There is no import ${quoted(referenceId)}${hint}`
    return new VendorError('reference-id-not-found', { code: 'reference-id-unknown', message })
  }

  #stateOf(referenceId: string, { compiled, startedAt, polls }: ImportRun): ImportState {
    const alteration = this.#alterations.get(referenceId)
    if (alteration !== undefined) return alteration.override ?? endOf(compiled)
    const now = this.#clock.now()
    return compiled.stateAt(Math.max(0, now - (startedAt ?? now)), polls)
  }

  #view(referenceId: string, run: ImportRun): ImportView {
    const { definition, startedAt, polls, upload } = run
    const since = startedAt === undefined ? null : new Date(startedAt).toISOString()
    const { finished = false, override = null } = this.#alterations.get(referenceId) ?? {}
    const view = {
      referenceId,
      definition,
      state: this.#stateOf(referenceId, run),
      polls,
      startedAt: since,
      finished,
      override,
    }
    if (upload === undefined) return view
    const { resultFile: _, restsOn: __, ...file } = upload
    return { ...view, upload: file }
  }
}

/** Returns whether an id still has the same definition. */
function isSame(found: FoundDefinition | undefined, before: FoundDefinition | undefined): boolean {
  return found?.source === before?.source && isDeepStrictEqual(found?.template, before?.template)
}

/** The ids of a saved state in the order of their changes, as far as it is known. */
function changedIn({ laterLoads, runs, matched, uploaded }: ImportsState): string[] {
  const started = [...runs, ...matched, ...uploaded].map(
    ({ referenceId, startedAt = 0 }) => [referenceId, startedAt] as const,
  )
  return [...laterLoads, ...started].sort((a, b) => a[1] - b[1]).map(([id]) => id)
}

function endOf({ course }: CompiledImport): ImportState {
  return (course.at(-1) as CourseStep).state
}

function resultOf(state: ImportState): ImportResult {
  if (!('error' in state)) return state
  throw new VendorError('import-error', { code: 'import-error', message: state.error })
}

const noImportPossible = {
  code: 'reference-id-impossible',
  message: 'No import can have this referenceId',
} as const
