import { isMap, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import { InputError, type Mistake } from '../domain/errors.js'
import type { FieldMistake } from '../domain/schema.js'

/** A YAML or JSON text, read: the value, and the place of each part of it. */
export interface SourceText {
  readonly value: unknown
  /** `file:line:column` of the value at `keys`, or of the field's name, or of what holds it. */
  locate(keys: readonly PropertyKey[], part?: 'name' | 'value'): string
}

/** Reads YAML 1.2, of which JSON is a part. Throws an `InputError` with every mistake of syntax. */
export function parseSourceText(file: string, text: string): SourceText {
  // JSON.parse is many times faster; what it refuses is read again for the place of the mistake.
  const value = file.endsWith('.json') ? tryJson(text) : undefined
  if (value === undefined) return parseYaml(file, text)
  let yaml: SourceText | undefined
  return {
    value,
    locate(keys, part) {
      yaml ??= parseYaml(file, text)
      return yaml.locate(keys, part)
    },
  }
}

function tryJson(text: string): unknown {
  try {
    const value = JSON.parse(text)
    return countFields(value) === countNames(text) ? value : undefined
  } catch {
    return undefined
  }
}

/** How many fields all mappings in a value have: fewer than their text names, if one is there twice. */
function countFields(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const items = Object.values(value)
  const own = Array.isArray(value) ? 0 : items.length
  return items.reduce<number>((count, item) => count + countFields(item), own)
}

function countNames(json: string): number {
  let count = 0
  for (const [, colon] of json.matchAll(/"(?:[^"\\]|\\.)*"\s*(:)?/g)) if (colon) count += 1
  return count
}

function parseYaml(file: string, text: string): SourceText {
  const lineCounter = new LineCounter()
  const document = parseDocument(text, { lineCounter, prettyErrors: false })
  const at = (offset: number) => {
    const { line, col } = lineCounter.linePos(offset)
    return `${file}:${line}:${col}`
  }
  const mistakes: Mistake[] = [...document.errors, ...document.warnings].map((error) => ({
    location: at(error.pos[0]),
    path: '',
    message: error.message,
  }))
  if (mistakes.length > 0) throw new InputError(mistakes)
  return {
    value: toPlain(document, file),
    locate(keys, part = 'value') {
      return at(findOffset(document.contents, keys, part))
    },
  }
}

function toPlain(document: ReturnType<typeof parseDocument>, file: string): unknown {
  try {
    return document.toJS()
  } catch (error) {
    // Unknown anchors, and aliases that multiply past the library's limit.
    const { message } = error as Error
    throw new InputError({ location: `${file}:1:1`, path: '', message })
  }
}

function findOffset(
  contents: unknown,
  keys: readonly PropertyKey[],
  part: 'name' | 'value',
): number {
  let node = contents as Node | null
  let offset = node?.range?.[0] ?? 0
  for (const [depth, key] of keys.entries()) {
    let next: unknown
    if (isMap(node)) {
      const pair = node.items.find((item) => String(item.key) === String(key))
      const name = pair?.key as Node | undefined
      next = pair?.value
      const last = depth === keys.length - 1
      if (name?.range && ((last && part === 'name') || !(next as Node | null)?.range)) {
        return name.range[0]
      }
    } else if (isSeq(node)) {
      next = node.items[Number(key)]
    }
    const range = (next as Node | null | undefined)?.range
    if (!range) return offset
    node = next as Node
    offset = range[0]
  }
  return offset
}

/** Gives each mistake its place in the text, and the mistakes the order of their places. */
export function locateMistakes(source: SourceText, mistakes: readonly FieldMistake[]): Mistake[] {
  return mistakes
    .map(({ keys, path, message }) => {
      const isName = message.startsWith('unknown field')
      return { location: source.locate(keys, isName ? 'name' : 'value'), path, message }
    })
    .sort((a, b) => byPlace.compare(a.location, b.location))
}

/** Compares `file:9:5` and `file:10:5` by their numbers. */
const byPlace = new Intl.Collator('en', { numeric: true })
