import { isDeepStrictEqual } from 'node:util'
import type { LRUCache } from 'lru-cache'
import type {
  ImportCount,
  ImportFilter,
  ImportKind,
  ImportPage,
  ImportView,
} from '../domain/control.js'
import { VendorError } from '../domain/errors.js'
import type { ImportDefinition, ImportResult } from '../domain/import-definition.js'
import { type ImportState, importState } from '../domain/import-state.js'
import { isPattern, isPossibleReferenceId } from '../domain/reference-id.js'
import { nearestName } from '../domain/schema.js'
import { fillTemplate } from '../domain/template.js'
import type { UploadedFile } from '../domain/upload-outcome.js'
import type { Clock } from './clock.js'
import { ImportSet } from './import-set.js'
import { rememberLast } from './remember-last.js'

/** How many ids that match a pattern are remembered; the one unused for longest is forgotten. */
const rememberedMatches = 10_000

/** How many uploads keep their status; the one that was not polled for longest is forgotten. */
const rememberedUploads = 10_000

/** With how many ids an unknown one is compared to find the nearest: a refusal has to be quick too. */
const maxCompared = 500

/** What an id is told, from its first poll on. */
interface Life {
  /** The id or pattern under which the definition stands. */
  readonly source: string
  /** As it stands there. */
  readonly template: ImportDefinition
  /** With the numbers of this id. */
  readonly definition: ImportDefinition
  startedAt: number | undefined
  polls: number
  /** The file that it is the import of. */
  readonly upload?: Upload
}

/** What an upload began. */
export interface Upload extends UploadedFile {
  /** Whether a report was made of the file; else it is made of the result. */
  readonly hasReport: boolean
}

type StartedLife = Life & { startedAt: number }

/** The imports that the status endpoint knows: those of the scenario, under those that were put. */
export class Imports {
  readonly #clock: Clock
  #scenario: ImportSet
  #put = new ImportSet()
  /** Ids of the scenario that were deleted. */
  readonly #deleted = new Set<string>()
  #loadedAt: number
  /** When a definition came that is younger than the scenario. */
  readonly #loadedAtOf = new Map<string, number>()
  readonly #lives = new Map<string, Life>()
  readonly #matched = rememberLast<Life>(rememberedMatches)
  readonly #uploaded: LRUCache<string, Life>

  /** `onForgotten` is told of each upload that is known no longer. */
  constructor(clock: Clock, scenario: ImportSet, onForgotten: (referenceId: string) => void) {
    this.#clock = clock
    this.#scenario = scenario
    this.#loadedAt = clock.now()
    this.#uploaded = rememberLast(rememberedUploads, onForgotten)
  }

  /** How many imports are defined, patterns included. */
  get size(): number {
    const added = [...this.#put.ids()].filter((id) => this.#scenario.get(id) === undefined)
    return this.#scenario.size - this.#deleted.size + added.length + this.#uploaded.size
  }

  /** What a poll for this id is told. Throws 404 for an id that is not known, 500 where the import says so. */
  poll(referenceId: string): ImportResult {
    const life = this.#lifeOf(referenceId)
    if (life === undefined) throw this.#notFound(referenceId)
    const now = this.#clock.now()
    life.startedAt ??= now
    life.polls += 1
    return resultOf(importState(life.definition, life as StartedLife, now))
  }

  /** What a poll would be told, without being one. Throws as it does. */
  peek(referenceId: string): { readonly result: ImportResult; readonly upload?: Upload } {
    const life = this.#peek(referenceId)
    if (life === undefined) throw this.#notFound(referenceId)
    const result = resultOf(this.#stateOf(life))
    return life.upload === undefined ? { result } : { result, upload: life.upload }
  }

  /** Begins the import of an uploaded file. */
  begin(referenceId: string, definition: ImportDefinition, upload: Upload): void {
    const startedAt = this.#clock.now()
    const life = {
      source: referenceId,
      template: definition,
      definition,
      startedAt,
      polls: 0,
      upload,
    }
    this.#uploaded.set(referenceId, life)
  }

  /** The import of an id, or what is defined for a pattern. */
  get(referenceId: string): ImportView | undefined {
    if (this.#isDefinedPattern(referenceId)) {
      const definition = this.#definitionOf(referenceId) as ImportDefinition
      return { referenceId, definition, state: null, polls: 0, startedAt: null }
    }
    const life = this.#peek(referenceId)
    return life && this.#view(referenceId, life)
  }

  /** Everything that is defined, then every id that a pattern has matched. */
  list({ search, status, limit, offset = 0 }: ImportPage = {}): ImportView[] {
    const views: ImportView[] = []
    let skipped = 0
    for (const id of this.#search(search)) {
      if (views.length === limit) break
      if (status !== undefined && this.#kindOf(id) !== status) continue
      if (skipped < offset) skipped += 1
      else views.push(this.get(id) as ImportView)
    }
    return views
  }

  /** How many there are of each kind. */
  count({ search, status }: ImportFilter = {}): ImportCount {
    const kinds = { processed: 0, pending: 0, failed: 0, error: 0, pattern: 0 }
    let count = 0
    for (const id of this.#search(search)) {
      const kind = this.#kindOf(id)
      if (status !== undefined && kind !== status) continue
      kinds[kind] += 1
      count += 1
    }
    return { count, kinds }
  }

  /** Defines an import, or redefines it; either way it starts anew. */
  put(referenceId: string, definition: ImportDefinition): void {
    this.#put.set(referenceId, definition)
    this.#deleted.delete(referenceId)
    this.#loadedAtOf.set(referenceId, this.#clock.now())
    this.#forget(referenceId)
  }

  /** Answers whether there was one. */
  delete(referenceId: string): boolean {
    if (this.#uploaded.delete(referenceId)) return true
    if (this.#definitionOf(referenceId) === undefined) return false
    this.#put.delete(referenceId)
    if (this.#scenario.get(referenceId) !== undefined) this.#deleted.add(referenceId)
    this.#forget(referenceId)
    return true
  }

  /** Back to the scenario: what was put or deleted is undone, and everything starts anew. */
  reset(): void {
    this.#put = new ImportSet()
    this.#deleted.clear()
    this.#lives.clear()
    this.#matched.clear()
    this.#uploaded.clear()
    this.#loadedAt = this.#clock.now()
    this.#loadedAtOf.clear()
  }

  /** Takes an edited scenario. What did not change goes on; what was put or deleted stays so. */
  load(scenario: ImportSet): void {
    const before = this.#scenario
    const now = this.#clock.now()
    this.#scenario = scenario
    for (const id of this.#deleted) if (scenario.get(id) === undefined) this.#deleted.delete(id)
    for (const [id, definition] of scenario.entries()) {
      if (this.#put.get(id) === undefined && !isDeepStrictEqual(definition, before.get(id))) {
        this.#loadedAtOf.set(id, now)
      }
    }
    for (const lives of [this.#lives, this.#matched]) {
      for (const [id, life] of lives.entries()) {
        const found = this.#locate(id)
        const goesOn =
          found?.source === life.source && isDeepStrictEqual(found.template, life.template)
        if (!goesOn) lives.delete(id)
      }
    }
  }

  /** The ids that hold a text, whatever its case. */
  *#search(text = ''): Generator<string> {
    const wanted = text.toLowerCase()
    for (const id of this.#ids()) if (id.toLowerCase().includes(wanted)) yield id
  }

  *#ids(): Generator<string> {
    for (const id of this.#scenario.ids()) if (!this.#deleted.has(id)) yield id
    for (const id of this.#put.ids()) if (this.#scenario.get(id) === undefined) yield id
    for (const id of this.#matched.keys()) if (this.#definitionOf(id) === undefined) yield id
    yield* this.#uploaded.keys()
  }

  #kindOf(referenceId: string): ImportKind {
    if (this.#isDefinedPattern(referenceId)) return 'pattern'
    const state = this.#stateOf(this.#peek(referenceId) as Life)
    return 'error' in state ? 'error' : state.status
  }

  /** An id that was polled can look like a pattern and be none. */
  #isDefinedPattern(referenceId: string): boolean {
    return isPattern(referenceId) && this.#definitionOf(referenceId) !== undefined
  }

  /** The life of an id, without an effect on it. */
  #peek(referenceId: string): Life | undefined {
    return (
      this.#lives.get(referenceId) ??
      this.#matched.peek(referenceId) ??
      this.#uploaded.peek(referenceId) ??
      this.#conceive(referenceId)
    )
  }

  #lifeOf(referenceId: string): Life | undefined {
    const known =
      this.#lives.get(referenceId) ??
      this.#matched.get(referenceId) ??
      this.#uploaded.get(referenceId)
    if (known !== undefined) return known
    const life = this.#conceive(referenceId)
    if (life?.source === referenceId) this.#lives.set(referenceId, life)
    else if (life !== undefined) this.#matched.set(referenceId, life)
    return life
  }

  /** The life of an id before its first poll. */
  #conceive(referenceId: string): Life | undefined {
    const found = this.#locate(referenceId)
    if (found === undefined) return undefined
    const { source, template, definition } = found
    const fromLoad = 'startsAt' in template && template.startsAt === 'load'
    const startedAt = fromLoad ? (this.#loadedAtOf.get(source) ?? this.#loadedAt) : undefined
    return { source, template, definition, startedAt, polls: 0 }
  }

  /** An exact id wins, then the longest pattern. */
  #locate(referenceId: string): Pick<Life, 'source' | 'template' | 'definition'> | undefined {
    if (!isPossibleReferenceId(referenceId)) return undefined
    const exact = isPattern(referenceId) ? undefined : this.#definitionOf(referenceId)
    if (exact !== undefined) return { source: referenceId, template: exact, definition: exact }
    const [match] = [...this.#put.matches(referenceId), ...this.#scenario.matches(referenceId)]
      .filter(({ pattern }) => this.#definitionOf(pattern) !== undefined)
      .sort((a, b) => b.pattern.length - a.pattern.length)
    if (match === undefined) return undefined
    const template = this.#definitionOf(match.pattern) as ImportDefinition
    return { source: match.pattern, template, definition: fillTemplate(template, match.numbers) }
  }

  #definitionOf(referenceId: string): ImportDefinition | undefined {
    const put = this.#put.get(referenceId)
    if (put !== undefined || this.#deleted.has(referenceId)) return put
    return this.#scenario.get(referenceId)
  }

  /** Forgets every life that a change of this definition touches. */
  #forget(referenceId: string): void {
    this.#lives.delete(referenceId)
    this.#matched.delete(referenceId)
    this.#uploaded.delete(referenceId)
    if (!isPattern(referenceId)) return
    for (const [id, life] of this.#matched.entries()) {
      if (life.source === referenceId || this.#locate(id)?.source === referenceId) {
        this.#matched.delete(id)
      }
    }
  }

  #notFound(referenceId: string): VendorError {
    if (!isPossibleReferenceId(referenceId)) {
      return new VendorError('reference-id-not-found', noImportPossible)
    }
    const known = [...this.#put.firstIds(maxCompared), ...this.#scenario.firstIds(maxCompared)]
    const nearest = nearestName(referenceId, known)
    const hint = nearest === undefined ? '' : `; nearest: ${JSON.stringify(nearest)}`
    const message = `There is no import ${JSON.stringify(referenceId)}${hint}`
    return new VendorError('reference-id-not-found', { code: 'reference-id-unknown', message })
  }

  #stateOf({ definition, startedAt, polls }: Life): ImportState {
    const now = this.#clock.now()
    return importState(definition, { startedAt: startedAt ?? now, polls }, now)
  }

  #view(referenceId: string, life: Life): ImportView {
    const { definition, startedAt, polls, upload } = life
    const since = startedAt === undefined ? null : new Date(startedAt).toISOString()
    const view = { referenceId, definition, state: this.#stateOf(life), polls, startedAt: since }
    if (upload === undefined) return view
    const { hasReport: _, ...file } = upload
    return { ...view, upload: file }
  }
}

function resultOf(state: ImportState): ImportResult {
  if (!('error' in state)) return state
  throw new VendorError('import-error', { code: 'import-error', message: state.error })
}

const noImportPossible = {
  code: 'reference-id-impossible',
  message: 'No import can have this referenceId',
} as const
