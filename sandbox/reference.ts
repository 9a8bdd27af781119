import type { CallName } from './calls.js'

/*
 * The OpenAPI documents as the page shows them: operations, fields, and responses with their basis.
 */

/** The part of JSON Schema that the documents use. */
export interface Schema {
  readonly $ref?: string
  readonly description?: string
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
}

interface Evidence {
  readonly 'x-basis'?: string
  readonly 'x-switch'?: string
}

interface Example extends Evidence {
  readonly summary: string
  readonly value: unknown
}

interface Media extends Evidence {
  readonly schema: Schema
  readonly example?: unknown
  readonly examples?: Readonly<Record<string, Example>>
}

type Content = Readonly<Record<string, Media>>

interface Response extends Evidence {
  readonly $ref?: string
  readonly description: string
  readonly content?: Content
}

interface Parameter {
  readonly name: string
  readonly in: string
  readonly required: boolean
  readonly description: string
  readonly schema?: Schema
  readonly content?: Content
}

interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly description: string
  readonly deprecated?: boolean
  readonly tags: readonly string[]
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly description?: string; readonly content: Content }
  readonly responses: Readonly<Record<string, Response>>
}

/** An OpenAPI document of the emulator. */
export interface Document {
  readonly tags: readonly { readonly name: string; readonly description: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>
    readonly responses: Readonly<Record<string, Response>>
  }
}

/** An operation in the list. */
export interface ListedOperation {
  readonly method: string
  readonly path: string
  readonly operation: Operation
}

/** The operations of a tag. */
export interface Group {
  readonly name: string
  readonly description: string
  readonly operations: readonly ListedOperation[]
}

/** One field of a request or a response. */
export interface Field {
  /** The names that lead to it: `result.status`. */
  readonly path: string
  readonly type: string
  readonly meaning: string
  readonly isRequired: boolean
}

/** One content of a request or a response. */
export interface ShownContent {
  readonly type: string
  readonly basis?: string | undefined
  readonly fields: readonly Field[]
  readonly examples: readonly ShownExample[]
}

/** An example, as text. */
export interface ShownExample {
  readonly title: string
  readonly text: string
  readonly basis?: string | undefined
  /** The switch that brings it about. */
  readonly switch?: string | undefined
}

/** One response of an operation. */
export interface ShownResponse {
  readonly status: number
  readonly description: string
  readonly basis?: string | undefined
  readonly contents: readonly ShownContent[]
}

/** The operations that have each word of a text in their path, name or description, by their tags. */
export function groupsOf({ tags, paths }: Document, search: string): Group[] {
  const words = search.toLowerCase().split(/\s+/)
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation,
    })),
  )
  const found = all.filter(({ method, path, operation }) => {
    const text = `${method} ${path} ${operation.operationId} ${operation.description}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
  return tags
    .map((tag) => ({
      ...tag,
      operations: found.filter(({ operation }) => operation.tags.includes(tag.name)),
    }))
    .filter(({ operations }) => operations.length > 0)
}

/** The call of the page that sends an operation. */
export function callFor({ operationId }: Operation): CallName | undefined {
  return calls[operationId.replace(/Older$/, '')]
}

const calls: Readonly<Record<string, CallName>> = {
  createToken: 'token',
  getStatus: 'status',
  uploadRoster: 'upload',
  getDownload: 'download',
  getKeySet: 'jwks',
  getServerMetadata: 'metadata',
}

/** The parameters of an operation, each with its place. */
export function parametersOf(document: Document, { parameters = [] }: Operation): Field[] {
  return parameters.map(({ name, in: place, required, description, schema, content }) => ({
    path: name,
    type: `${typeOf(document, schema)}${content ? 'mapping, as JSON' : ''} in the ${place}`,
    meaning: description,
    isRequired: required,
  }))
}

/** The bodies that an operation takes. */
export function bodiesOf(document: Document, { requestBody }: Operation): ShownContent[] {
  return contentsOf(document, requestBody?.content)
}

/** The responses of an operation. */
export function responsesOf(document: Document, { responses }: Operation): ShownResponse[] {
  return Object.entries(responses).map(([status, given]) => {
    const { responses: shared } = document.components
    const response = given.$ref === undefined ? given : (shared[nameOf(given.$ref)] as Response)
    return {
      status: Number(status),
      // The status stands beside it.
      description: response.description.replace(new RegExp(`^${status} `), ''),
      basis: response['x-basis'],
      contents: contentsOf(document, response.content),
    }
  })
}

function contentsOf(document: Document, content: Content = {}): ShownContent[] {
  return Object.entries(content).map(([type, media]) => ({
    type,
    basis: media['x-basis'],
    fields: fieldsOf(document, media.schema),
    examples: examplesOf(media),
  }))
}

function examplesOf({ example, examples = {} }: Media): ShownExample[] {
  const named = Object.values(examples).map((it) => ({
    title: it.summary,
    text: textOf(it.value),
    basis: it['x-basis'],
    switch: it['x-switch'],
  }))
  return example === undefined ? named : [...named, { title: 'Example', text: textOf(example) }]
}

const textOf = (value: unknown) =>
  typeof value === 'string' ? value : JSON.stringify(value, null, 2)

const nameOf = ($ref: string) => $ref.slice($ref.lastIndexOf('/') + 1)

/** A type that holds itself ends here. */
const maxDepth = 4

/** The fields of a schema and of everything in it. Fields that several forms share are listed once. */
export function fieldsOf(document: Document, schema: Schema, path = '', depth = 0): Field[] {
  if (depth === maxDepth) return []
  const { properties, required = [], items, anyOf, oneOf } = resolve(document, schema)
  if (items !== undefined) return fieldsOf(document, items, `${path}[]`, depth + 1)
  const forms = (anyOf ?? oneOf ?? []).flatMap((form) => fieldsOf(document, form, path, depth + 1))
  const own = Object.entries(properties ?? {}).flatMap(([name, field]) => {
    const inner = path === '' ? name : `${path}.${name}`
    const meaning = field.description ?? resolve(document, field).description ?? ''
    const isRequired = required.includes(name)
    const type = typeOf(document, field)
    return [
      { path: inner, type, meaning, isRequired },
      ...fieldsOf(document, field, inner, depth + 1),
    ]
  })
  const all = new Map([...own, ...forms].map((field) => [`${field.path} ${field.type}`, field]))
  return [...all.values()]
}

function resolve({ components }: Document, schema: Schema): Schema {
  return schema.$ref === undefined ? schema : (components.schemas[nameOf(schema.$ref)] as Schema)
}

/** The words for the type of JSON: those of docs/scenarios.md. */
const words: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  boolean: 'true or false',
  object: 'mapping',
  array: 'list',
}

/** A type in words: `pending, processed or null`. */
export function typeOf(document: Document, schema: Schema = {}): string {
  const { const: only, enum: values, type, items, anyOf, oneOf } = resolve(document, schema)
  if (only !== undefined) return String(only)
  if (values !== undefined) return values.join(', ')
  const forms = anyOf ?? oneOf
  if (forms !== undefined) {
    return [...new Set(forms.map((form) => typeOf(document, form)))].join(' or ')
  }
  if (items !== undefined) return `list of ${typeOf(document, items)}`
  return [type ?? []]
    .flat()
    .map((it) => words[it] ?? it)
    .join(' or ')
}
