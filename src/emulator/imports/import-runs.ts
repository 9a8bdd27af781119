import type { LRUCache } from 'lru-cache'
import { compileImport } from '../../domain/imports/compile-import.js'
import type { ImportDefinition } from '../../domain/imports/import-definition.js'
import type { ImportsState, UploadState } from '../../domain/state.js'
import { rememberLast } from '../remember-last.js'
import type { Definitions } from './definitions.js'
import {
  entriesOf,
  followOwn,
  type ImportRun,
  resumeRun,
  saveRun,
  saveUploadRun,
} from './import-run.js'

/** The number of ids matched by patterns that are remembered. The least recently used is evicted. */
const rememberedMatches = 10_000

/** The number of uploads that keep their status. The least recently polled is evicted. */
const rememberedUploads = 10_000

type RunsState = Pick<ImportsState, 'runs' | 'matched' | 'uploaded'>

/** The runs of imports: of ids with a definition of their own, of ids that a pattern matches, and of uploads. */
export class ImportRuns {
  readonly #definitions: Definitions
  readonly #defined = new Map<string, ImportRun>()
  /** Those of them whose state depends on time or polls. */
  readonly #moving = new Set<string>()
  readonly #matched = rememberLast<ImportRun>(rememberedMatches)
  readonly #uploaded: LRUCache<string, ImportRun>

  /** `onForgotten` receives the id of each upload that is evicted or deleted. */
  constructor(definitions: Definitions, onForgotten: (referenceId: string) => void) {
    this.#definitions = definitions
    this.#uploaded = rememberLast(rememberedUploads, onForgotten)
  }

  get size(): number {
    return this.#defined.size + this.#matched.size + this.#uploaded.size
  }

  get uploadCount(): number {
    return this.#uploaded.size
  }

  /** The run of an id, for a poll: it is kept from now on. */
  use(referenceId: string): ImportRun | undefined {
    const known =
      this.#defined.get(referenceId) ??
      this.#matched.get(referenceId) ??
      this.#uploaded.get(referenceId)
    if (known !== undefined) return known
    const run = this.#newRun(referenceId)
    if (run?.source === referenceId) this.#define(referenceId, run)
    else if (run !== undefined) this.#matched.set(referenceId, run)
    return run
  }

  /** The run of an id. To look at it has no effect. */
  find(referenceId: string): ImportRun | undefined {
    return (
      this.#defined.get(referenceId) ??
      this.#matched.peek(referenceId) ??
      this.#uploaded.peek(referenceId) ??
      this.#newRun(referenceId)
    )
  }

  /** The run of an upload. */
  findUpload(referenceId: string): ImportRun | undefined {
    return this.#uploaded.peek(referenceId)
  }

  /** Begins the run of an uploaded file. */
  begin(
    referenceId: string,
    definition: ImportDefinition,
    start: { readonly startedAt: number; readonly polls: number; readonly upload: UploadState },
  ): void {
    this.#uploaded.set(referenceId, { ...followOwn(referenceId, definition), ...start })
  }

  /** Defined ids whose state depends on time or polls, and that were polled. */
  movingIds(): ReadonlySet<string> {
    return this.#moving
  }

  /** Ids that a pattern has matched in a poll. */
  matchedIds(): Iterable<string> {
    return this.#matched.keys()
  }

  hasMatched(referenceId: string): boolean {
    return this.#matched.has(referenceId)
  }

  uploadIds(): Iterable<string> {
    return this.#uploaded.keys()
  }

  hasUpload(referenceId: string): boolean {
    return this.#uploaded.has(referenceId)
  }

  /** Ends the run of an id. */
  delete(referenceId: string): void {
    this.#defined.delete(referenceId)
    this.#moving.delete(referenceId)
    this.#matched.delete(referenceId)
    this.#uploaded.delete(referenceId)
  }

  /** Removes the run of an id. Returns a function that puts it back. */
  take(referenceId: string): () => void {
    const defined = this.#defined.get(referenceId)
    const matched = this.#matched.peek(referenceId)
    const uploaded = this.#uploaded.peek(referenceId)
    this.delete(referenceId)
    return () => {
      if (defined !== undefined) this.#define(referenceId, defined)
      if (matched !== undefined) this.#matched.set(referenceId, matched)
      if (uploaded !== undefined) this.#uploaded.set(referenceId, uploaded)
    }
  }

  /** Returns whether there was one. */
  deleteUpload(referenceId: string): boolean {
    return this.#uploaded.delete(referenceId)
  }

  /** Returns whether an id was polled. */
  has(referenceId: string): boolean {
    return this.#defined.has(referenceId) || this.hasMatched(referenceId)
  }

  clear(): void {
    this.#defined.clear()
    this.#moving.clear()
    this.#matched.clear()
    this.#uploaded.clear()
  }

  /** The runs that follow a definition. */
  *following(): Generator<[referenceId: string, run: ImportRun]> {
    yield* this.#defined
    yield* entriesOf(this.#matched)
  }

  save(): RunsState {
    return {
      runs: [...this.#defined].map(saveRun),
      matched: entriesOf(this.#matched).map(saveRun),
      uploaded: entriesOf(this.#uploaded).map(saveUploadRun),
    }
  }

  restore({ runs, matched, uploaded }: RunsState): void {
    this.clear()
    for (const run of runs) this.#define(run.referenceId, resumeRun(run))
    for (const run of matched) this.#matched.set(run.referenceId, resumeRun(run))
    for (const { referenceId, definition, ...start } of uploaded) {
      this.begin(referenceId, definition, start)
    }
  }

  #define(referenceId: string, run: ImportRun): void {
    this.#defined.set(referenceId, run)
    if (run.compiled.moves) this.#moving.add(referenceId)
  }

  /** The run of an id before its first poll. */
  #newRun(referenceId: string): ImportRun | undefined {
    const found = this.#definitions.find(referenceId)
    if (found === undefined) return undefined
    const { source, template, definition } = found
    const fromLoad = 'startsAt' in template && template.startsAt === 'load'
    const startedAt = fromLoad ? this.#definitions.loadedAt(source) : undefined
    return {
      source,
      template,
      definition,
      compiled: compileImport(definition),
      startedAt,
      polls: 0,
    }
  }
}
