import t from 'tap'
import type * as v from 'valibot'
import type {
  ImportPage,
  importPageSchema,
  TokenSpec,
  tokenSpecSchema,
} from '../../src/domain/control/vocabulary.js'
import type { FaultDefinition, faultSchema } from '../../src/domain/fault.js'
import type {
  ClientDefinition,
  ClientFixture,
  clientFixtureSchema,
} from '../../src/domain/fixture.js'
import type {
  ImportDefinition,
  importDefinitionSchema,
} from '../../src/domain/imports/import-definition.js'
import type { Progress, progressSchema } from '../../src/domain/imports/progress.js'
import type { TimelineStep, timelineSchema } from '../../src/domain/imports/timeline.js'
import type { JournalFilter, journalFilterSchema } from '../../src/domain/journal.js'
import type { Service, ServiceInput, serviceSchema } from '../../src/domain/service.js'
import type { UploadOutcome, uploadOutcomeSchema } from '../../src/domain/upload-outcome.js'

/** The fields of a type; of a union, those of each member. */
type Fields<T> = T extends unknown ? keyof T : never

type IsEach<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false

/** `true` if each of the two types can stand for the other, and both have the same fields, optional ones included. */
type Same<A, B> = IsEach<A, B> extends true ? IsEach<Fields<A>, Fields<B>> : false

/** The types that are written by hand, each beside the one of its schema. This file does not compile if they differ. */
const same: readonly true[] = [
  true satisfies Same<FaultDefinition, v.InferInput<typeof faultSchema>>,
  true satisfies Same<ImportDefinition, v.InferInput<typeof importDefinitionSchema>>,
  true satisfies Same<Progress, v.InferInput<typeof progressSchema>>,
  true satisfies Same<TimelineStep, v.InferInput<typeof timelineSchema>[number]>,
  true satisfies Same<UploadOutcome, v.InferInput<typeof uploadOutcomeSchema>>,
  true satisfies Same<ClientFixture, v.InferInput<typeof clientFixtureSchema>>,
  true satisfies Same<ClientDefinition, v.InferOutput<typeof clientFixtureSchema>>,
  true satisfies Same<JournalFilter, v.InferInput<typeof journalFilterSchema>>,
  true satisfies Same<ImportPage, v.InferInput<typeof importPageSchema>>,
  true satisfies Same<TokenSpec, v.InferInput<typeof tokenSpecSchema>>,
  true satisfies Same<keyof ServiceInput, keyof v.InferInput<typeof serviceSchema>>,
  true satisfies Same<keyof ServiceInput, keyof Service>,
]

t.test('the types of the package are those of its schemas', async (t) => {
  t.equal(same.length, 12, 'the compiler has compared them')
})
