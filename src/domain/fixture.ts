import * as v from 'valibot'
import { scopeTokenPattern } from './oauth.js'
import { isPossibleReferenceId, maxReferenceIdLength } from './reference-id.js'
import { list, mapping, oneOf, text, wholeNumber, word } from './schema.js'

/** The states of an import (documented). */
export const importStatuses = ['processed', 'pending', 'failed'] as const

export type ImportStatus = (typeof importStatuses)[number]

/** What the status endpoint tells of an import (documented). */
export interface ImportResult {
  readonly status: ImportStatus
  /** How many lines of the CSV file have been imported. */
  readonly fileLine: number
  /** What went wrong; empty on success. */
  readonly messages: readonly string[]
}

const fixedState = {
  status: word(importStatuses),
  fileLine: v.optional(wholeNumber(0), 0),
  messages: v.optional(list(text), []),
}

const serverError = { error: text }

/** What an import can be, without its id. */
export const importDefinitionSchema = oneOf({
  status: mapping(fixedState),
  error: mapping(serverError),
})

export type ImportDefinition = v.InferOutput<typeof importDefinitionSchema>

const referenceId = v.pipe(
  text,
  v.check(
    isPossibleReferenceId,
    `must have 1 to ${maxReferenceIdLength} characters, none of them a control character`,
  ),
)

/** An import as a scenario writes it. */
export const importFixtureSchema = oneOf({
  status: mapping({ referenceId, ...fixedState }),
  error: mapping({ referenceId, ...serverError }),
})

export type ImportFixture = v.InferInput<typeof importFixtureSchema>

/** RFC 6749 appendix A: printable ASCII. */
const credential = v.pipe(
  text,
  v.regex(/^[\x20-\x7e]{1,255}$/, 'must have 1 to 255 printable ASCII characters'),
)

/** The default lifetime of an access token, in seconds (documented). */
export const defaultTokenLifetime = 3600

/** A client of the token endpoint. */
export const clientFixtureSchema = mapping({
  clientId: credential,
  clientSecret: credential,
  scopes: v.optional(
    list(v.pipe(text, v.regex(scopeTokenPattern, 'must be one scope, without spaces'))),
    [],
  ),
  tokenLifetime: v.optional(wholeNumber(1, 10 * 365 * 24 * 3600), defaultTokenLifetime),
})

export type ClientFixture = v.InferInput<typeof clientFixtureSchema>
export type ClientDefinition = v.InferOutput<typeof clientFixtureSchema>

/** A fixture file: one scenario. */
export const scenarioSchema = mapping({
  $schema: v.optional(text),
  clients: v.optional(list(clientFixtureSchema), []),
  imports: v.optional(list(importFixtureSchema), []),
})

/** A scenario as a person writes it: fields with a default may be left out. */
export type ScenarioFixture = v.InferInput<typeof scenarioSchema>

/** A scenario as it was read, every default filled in. */
export type Scenario = Omit<v.InferOutput<typeof scenarioSchema>, '$schema'>
