import { isDeepStrictEqual } from 'node:util'
import {
  Document,
  isMap,
  isPair,
  isScalar,
  isSeq,
  type Node,
  parseAllDocuments,
  Scalar,
  visit,
  type YAMLMap,
  YAMLSeq,
} from 'yaml'
import { idFields } from '../fixtures/join-sources.js'
import { maxKeptLength } from '../fixtures/read-source.js'
import type { WrittenScenario } from '../loaded-scenario.js'
import {
  type CurrentScenario,
  changedSwitches,
  type Definition,
  isSameService,
  type ListName,
} from './current-scenario.js'

const readOptions = { uniqueKeys: false, prettyErrors: false }

/** Long texts stay on one line. */
const writeOptions = { lineWidth: 0, doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER }

/**
 * Writes a scenario as YAML. If it was loaded from one YAML text, that text is changed: what is the same keeps its comments,
 * its layout and its placeholders.
 */
export function writeYaml(
  current: CurrentScenario,
  plain: Readonly<Record<string, object>>,
  written: WrittenScenario | undefined,
  schemaLine: string,
): string {
  const lines = jsonLines(plain)
  // The library would take seconds, and nobody reads it.
  if (lines.length > maxKeptLength) return `${schemaLine}\n${lines}`
  const document = (written && editedDocument(current, written)) ?? plainDocument(plain)
  visit(document, { Collection: (_, collection) => setPadding(collection) })
  const text = document.toString(writeOptions)
  return /^# *yaml-language-server:/m.test(text) ? text : `${schemaLine}\n${text}`
}

/** YAML with one line of JSON for each definition. */
function jsonLines(plain: Readonly<Record<string, object>>): string {
  const parts = Object.entries(plain).map(([name, value]) =>
    Array.isArray(value)
      ? `${name}:\n${value.map((item) => `  - ${JSON.stringify(item)}\n`).join('')}`
      : `${name}: ${JSON.stringify(value)}\n`,
  )
  return parts.join('\n')
}

function plainDocument(plain: Readonly<Record<string, object>>): Document {
  const document = new Document({})
  const root = document.contents as YAMLMap
  for (const [name, value] of Object.entries(plain)) setField(document, root, name, value)
  return document
}

/** The text that was loaded, with every change since. Undefined where an alias could lead to what has changed. */
function editedDocument(
  { lists, service }: CurrentScenario,
  { text, scenario }: WrittenScenario,
): Document | undefined {
  const documents: Document[] = parseAllDocuments(text.replaceAll('\r\n', '\n'), readOptions)
  const document = documents.find(({ contents }) => isMap(contents)) as Document
  if (hasAlias(document)) return undefined
  const root = document.contents as YAMLMap
  for (const name of Object.keys(idFields) as ListName[]) {
    editList(document, root, name, scenario[name], lists[name])
  }
  if (!isSameService(scenario.service, service)) {
    setField(document, root, 'service', changedSwitches(service))
  }
  return document
}

/** Returns whether a document has an alias or a merge. */
function hasAlias(document: Document): boolean {
  let found = false
  visit(document, {
    Alias() {
      found = true
      return visit.BREAK
    },
    Pair(_, { key }) {
      found ||= isScalar(key) && key.type === Scalar.PLAIN && key.source === '<<'
    },
  })
  return found
}

function editList(
  document: Document,
  root: YAMLMap,
  name: ListName,
  before: readonly object[],
  definitions: readonly Definition[],
): void {
  const list = root.get(name)
  if (!isSeq(list) || definitions.length === 0) {
    const written = definitions.map((it) => it.written)
    if (before.length + written.length > 0) setField(document, root, name, written)
    return
  }
  const first = list.items[0] as YAMLMap | undefined
  if (first !== undefined) giveComment(list, first)
  const nodes = new Map(before.map((value, index) => [value, list.items[index] as YAMLMap]))
  const byId = new Map(before.map((value) => [idOf(name, value), value]))
  list.items = definitions.map((definition) => {
    const { value, written } = definition
    const id = idOf(name, value)
    const known =
      id === undefined ? [...nodes.keys()].find((it) => isDeepStrictEqual(it, value)) : byId.get(id)
    const node = known && nodes.get(known)
    if (known === undefined || node === undefined) return createNode(document, written)
    nodes.delete(known)
    if (!isDeepStrictEqual(known, value)) return replaceNode(document, node, written)
    if (name === 'clients') keepSecret(node, (written as { clientSecret: string }).clientSecret)
    return node
  })
  const [newFirst] = list.items as Node[]
  if (newFirst !== undefined && newFirst !== first) newFirst.spaceBefore = false
}

/** The library gives the comment before the first definition to the list. It has to go with the definition. */
function giveComment(list: YAMLSeq, first: YAMLMap): void {
  if (list.flow || !list.commentBefore) return
  first.commentBefore = [list.commentBefore, first.commentBefore].filter(Boolean).join('\n')
  list.commentBefore = null
}

const idOf = (name: ListName, value: object) =>
  (value as Readonly<Record<string, string | undefined>>)[idFields[name]]

/** Sets a field of the scenario, or removes it if its value is empty. */
function setField(document: Document, root: YAMLMap, name: string, value: object): void {
  if (Object.keys(value).length === 0) {
    root.delete(name)
    return
  }
  // A field that is there keeps its name with the comments before it.
  const key = document.createNode(name)
  key.spaceBefore = root.items.length > 0
  root.set(key, valueNode(document, value))
}

/** The node of a list of definitions, or of the switches. */
function valueNode(document: Document, value: object): Node {
  if (!Array.isArray(value)) return createNode(document, value)
  const list = new YAMLSeq()
  list.items = value.map((item) => createNode(document, item))
  return list
}

/** The comment before a definition stays, as its place does. */
function replaceNode(
  document: Document,
  { commentBefore, spaceBefore }: Node,
  value: object,
): Node {
  return Object.assign(createNode(document, value), { commentBefore, spaceBefore })
}

function keepSecret(client: YAMLMap, secret: string): void {
  const node = client.get('clientSecret', true) as Scalar
  if (node.value !== secret) node.value = secret
}

/** The node of one definition: a line for each field, unless what is in it is short. */
function createNode(document: Document, value: object): Node {
  const node = document.createNode(value, { aliasDuplicateObjects: false })
  visit(node, {
    Scalar(_, scalar) {
      if (needsQuotes(scalar.value)) scalar.type = Scalar.QUOTE_DOUBLE
    },
    Collection(_, collection, path) {
      if (path.length > 0) collection.flow = isShort(collection)
    },
  })
  return node
}

/** The library quotes other texts by itself. Without quotes, the field `<<` would merge a mapping. */
const needsQuotes = (value: unknown) =>
  typeof value === 'string' && (value === '<<' || oddCharacters.test(value))

/** Characters that a reader of YAML, or of a screen, takes for others or does not see. */
const oddCharacters =
  /[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]/u

/** Writes `{ a: 1 }` and `[1]`, as formatters do. The library has one option for both. */
function setPadding(collection: YAMLMap | YAMLSeq): void {
  const flowCollectionPadding = isMap(collection) ? ' ' : ''
  const write = collection.toString.bind(collection)
  collection.toString = (context, ...callbacks) =>
    write(context && { ...context, flowCollectionPadding }, ...callbacks)
}

/** The longest collection that is written on one line, in characters of JSON. */
const maxShort = 60

function isShort(collection: YAMLMap | YAMLSeq): boolean {
  const values = collection.items.map((item) => (isPair(item) ? item.value : item))
  if (!values.every(isScalar)) return false
  const text = JSON.stringify(collection)
  return text.length <= maxShort && !text.includes('\\n')
}
