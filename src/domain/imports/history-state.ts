import * as v from 'valibot'
import { operations } from '../operations.js'
import { reasonCodes } from '../reason.js'
import { byKind, list, mapping, text, wholeNumber, without, word } from '../schema.js'
import { instantMs, maxSerial } from '../state-values.js'
import { clockChanges, type HistoryMark } from './history.js'
import { importStatuses } from './import-status.js'

/** A mark as it is kept: its time is epoch milliseconds, and its number orders it among all marks of the workspace. */
export type KeptMark<Mark = HistoryMark> = Mark extends HistoryMark
  ? { -readonly [Field in Exclude<keyof Mark, 'at'>]: Mark[Field] } & {
      at: number
      sequence: number
    }
  : never

/** The marks of one import. */
export interface HistoryState {
  readonly referenceId: string
  readonly first: readonly KeptMark[]
  /** The newest ones, in their order. */
  readonly last: readonly KeptMark[]
  /** The number of marks, with those that were left out. */
  readonly total: number
}

/** The histories of the imports of a workspace. */
export interface HistoriesState {
  /** The import with the newest mark stands last. */
  readonly histories: readonly HistoryState[]
  readonly sequence: number
  readonly clockChanges: readonly KeptMark[]
  /** The number of changes of the clock, with those that were left out. */
  readonly clockTotal: number
  /** Imports whose history was evicted. */
  readonly cut: readonly string[]
  /** True if every history may have lost marks. */
  readonly mayAllBeCut: boolean
}

/** The marks of one import that are kept: those at its begin, and the newest. */
export const firstMarks = 100
export const lastMarks = 900

const count = wholeNumber(0, Number.MAX_SAFE_INTEGER)
const serial = wholeNumber(0, maxSerial)

const mark = { at: instantMs, sequence: serial }
const request = {
  ...mark,
  entryId: serial,
  client: v.nullable(text),
  status: v.nullable(wholeNumber(100, 599)),
}
const operation = word(operations)
const state = { state: word([...importStatuses, 'error']), fileLine: v.nullable(count) }

const markSchema = byKind({
  poll: mapping({ kind: v.literal('poll'), ...request, ...state }),
  fault: mapping({ kind: v.literal('fault'), ...request, operation, faults: list(text) }),
  refusal: mapping({
    kind: v.literal('refusal'),
    ...request,
    operation,
    reason: word(reasonCodes),
  }),
  download: mapping({
    kind: v.literal('download'),
    ...request,
    operation: word(['download', 'result']),
  }),
  upload: mapping({ kind: v.literal('upload'), ...request }),
  clock: mapping({
    kind: v.literal('clock'),
    ...mark,
    change: word(clockChanges),
    from: text,
    to: text,
  }),
  finish: mapping({ kind: v.literal('finish'), ...mark }),
  override: mapping({ kind: v.literal('override'), ...mark, ...state }),
  clearOverride: mapping({ kind: v.literal('clearOverride'), ...mark }),
}) satisfies v.GenericSchema<KeptMark>

export const historiesSchema = mapping({
  histories: list(
    v.pipe(
      mapping({
        referenceId: text,
        first: list(markSchema),
        last: list(markSchema),
        total: serial,
      }),
      without(({ first, last, total }) => {
        const later = Math.min(Math.max(0, total - firstMarks), lastMarks)
        return first.length === Math.min(total, firstMarks) && last.length === later
          ? undefined
          : `must have the first ${firstMarks} and the last ${lastMarks} of its marks`
      }),
    ),
  ),
  sequence: serial,
  clockChanges: list(markSchema),
  clockTotal: serial,
  cut: list(text),
  mayAllBeCut: v.boolean('must be true or false'),
}) satisfies v.GenericSchema<HistoriesState>
