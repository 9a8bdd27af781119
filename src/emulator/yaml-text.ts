import { isMap, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import { InputError, type Mistake } from '../domain/errors.js'

/** A YAML text, read: the value, and the place of each part of it. */
export interface YamlText {
  readonly value: unknown
  /** `file:line:column` of the value at `keys`, or of the field's name, or of what holds it. */
  locate(keys: readonly PropertyKey[], part: 'name' | 'value'): string
}

/** Reads YAML 1.2, of which JSON is a part. Throws an `InputError` with every mistake of syntax. */
export function parseYaml(file: string, text: string): YamlText {
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
    locate(keys, part) {
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
