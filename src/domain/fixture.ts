import * as v from 'valibot'
import { type TokenFlaw, tokenFlaws } from './access-token.js'
import { type FaultDefinition, faultSchema } from './fault.js'
import type { ImportDefinition } from './imports/import-definition.js'
import { importForms } from './imports/import-definition.js'
import { type AsWritten, templateOf } from './imports/template.js'
import { scopeTokenPattern } from './oauth.js'
import { isPossibleReferenceId, maxReferenceIdLength, patternMistake } from './reference-id.js'
import { jsonOf, list, mapping, oneOf, text, wholeNumber, without, word } from './schema.js'
import { type ServiceInput, serviceSchema } from './service.js'
import { type UploadOutcome, uploadOutcomeSchema } from './upload-outcome.js'
import { quotesMistake } from './visible-text.js'

const idMistake = `must have 1 to ${maxReferenceIdLength} characters, none of them a control character`

const referenceId = v.pipe(
  text,
  v.minLength(1, idMistake),
  v.maxLength(maxReferenceIdLength, idMistake),
  v.check(isPossibleReferenceId, idMistake),
  without(quotesMistake),
  without(patternMistake),
)

const importFixtureSchema = oneOf({
  status: mapping({ referenceId, ...importForms.status }),
  error: mapping({ referenceId, ...importForms.error }),
  timeline: mapping({ referenceId, ...importForms.timeline }),
  progress: mapping({ referenceId, ...importForms.progress }),
})

/** An import as a fixture writes it: its `referenceId`, and what it can be. */
export type ImportFixture = AsWritten<NamedImport & ImportDefinition>

/** The name of an import. */
export interface NamedImport {
  /** The id of the import, 1 to 255 characters, or a pattern of ids: `*` is any text, `{n}` a number. */
  referenceId: string
}

/** An import as a scenario writes it, whose referenceId may name numbers. */
export const importTemplateSchema = templateOf(importFixtureSchema)

/** RFC 6749 appendix A: printable ASCII. */
const credential = v.pipe(
  text,
  v.regex(/^[\x20-\x7e]{1,255}$/, 'must have 1 to 255 printable ASCII characters'),
)

/** Ten years, in seconds. */
export const maxTokenLifetime = 10 * 365 * 24 * 3600

/** The default lifetime of an access token, in seconds (documented). */
export const defaultTokenLifetime = 3600

/** The claims that the emulator sets itself. */
const reservedClaims = [
  'iss',
  'sub',
  'aud',
  'iat',
  'nbf',
  'exp',
  'jti',
  'client_id',
  'scope',
  'scopes',
]

function reservedClaim(claims: Record<string, unknown>): string | undefined {
  const name = reservedClaims.find((it) => Object.hasOwn(claims, it))
  return name && `must not hold ${name}, which the emulator sets: remove it`
}

/** The definition of a client, without its id. */
export const clientFields = {
  clientSecret: credential,
  scopes: v.optional(
    list(v.pipe(text, v.regex(scopeTokenPattern, 'must be one scope, without spaces'))),
    [],
  ),
  /** In seconds. */
  tokenLifetime: v.optional(wholeNumber(1, maxTokenLifetime), defaultTokenLifetime),
  /** Further claims of every token of this client, such as `tenant_id`. */
  claims: v.optional(
    v.pipe(jsonOf(v.record(v.string(), v.unknown(), 'must be a mapping')), without(reservedClaim)),
  ),
  /** Gives every token of this client this flaw. */
  tokenFlaw: v.optional(word(tokenFlaws)),
}

/** A client of the token endpoint. */
export const clientFixtureSchema = mapping({
  clientId: credential,
  ...clientFields,
}) satisfies v.GenericSchema<ClientFixture, ClientDefinition>

/** The definition of a client, without its id. */
export interface ClientInput {
  /** The secret of the client, 1 to 255 printable ASCII characters. */
  clientSecret: string
  /** The scopes of the client's access tokens. The rostering API requires `rostering`. @defaultValue none */
  scopes?: string[] | undefined
  /** The lifetime of the client's access tokens, in seconds. @defaultValue 3600 */
  tokenLifetime?: number | undefined
  /** Further claims of each of the client's access tokens, such as `tenant_id`. @defaultValue none */
  claims?: Record<string, unknown> | undefined
  /** A flaw that each of the client's access tokens has, so that the API refuses them. @defaultValue none */
  tokenFlaw?: TokenFlaw | undefined
}

/** A client of the token endpoint, as a scenario has it. */
export interface ClientFixture extends ClientInput {
  /** The id of the client, 1 to 255 printable ASCII characters. */
  clientId: string
}

/** A client with its defaults. */
export interface ClientDefinition extends ClientFixture {
  scopes: string[]
  tokenLifetime: number
}

/** A fixture file: one scenario. A list that is null is empty, as YAML leaves one whose items are commented out. */
export const scenarioSchema = mapping({
  $schema: v.optional(text),
  clients: v.nullish(list(clientFixtureSchema), []),
  imports: v.nullish(list(importTemplateSchema), []),
  faults: v.nullish(list(faultSchema), []),
  uploads: v.nullish(list(uploadOutcomeSchema), []),
  /** The switches of the emulated service. */
  service: v.nullish(serviceSchema, {}),
})

/** A scenario as a person writes it: fields with a default may be left out. */
export interface ScenarioFixture {
  /** The address of this JSON Schema, for editors. The emulator ignores it. */
  $schema?: string | undefined
  /** The clients of the token endpoint. @defaultValue none */
  clients?: ClientFixture[] | null | undefined
  /** The imports, by id or by a pattern of ids. @defaultValue none */
  readonly imports?: readonly ImportFixture[] | null | undefined
  /** The faults: planned misbehaviour of the API. The first that applies to a request is used. @defaultValue none */
  faults?: FaultDefinition[] | null | undefined
  /** The planned outcomes of uploads. The first that applies to an upload is used. @defaultValue none */
  uploads?: UploadOutcome[] | null | undefined
  /** The switches of the service, where the documentation leaves two responses open. @defaultValue each at its default */
  service?: ServiceInput | null | undefined
}

/** A scenario as it was read. Imports stay as they were written. */
export interface Scenario {
  readonly clients: readonly ClientDefinition[]
  readonly imports: readonly ImportFixture[]
  readonly faults: readonly FaultDefinition[]
  readonly uploads: readonly UploadOutcome[]
  readonly service: ServiceInput
}
