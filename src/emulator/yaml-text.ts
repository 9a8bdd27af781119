import { Composer, type CST, type Document, Lexer, LineCounter, Parser } from 'yaml'
import { InputError, type Mistake } from '../domain/errors.js'
import { findOffset, readTree } from './yaml-tree.js'

/** A YAML text, read: the value, and the place of each part of it. */
export interface YamlText {
  readonly value: unknown
  /** `file:line:column` of the value at `keys`, or of the field's name, or of what holds it. */
  locate(keys: readonly PropertyKey[], part: 'name' | 'value'): string
}

/** How often the aliases of an anchor may be followed, those in it included. */
const maxAliasCount = 10_000

/** How deep a text may be nested. The library goes down by recursion, and a full stack can end the process. */
const maxDepth = 200

/** Reads YAML 1.2, of which JSON is a part. Throws an `InputError` with every mistake of syntax. */
export function parseYaml(file: string, text: string): YamlText {
  const lineCounter = new LineCounter()
  const mistakeAt = (offset: number, message: string): Mistake => {
    const { line, col } = lineCounter.linePos(offset)
    return { location: `${file}:${line}:${col}`, path: '', message }
  }
  const refuse = (offset: number, message: string): never => {
    throw new InputError(mistakeAt(offset, message))
  }
  const tokens = tokensOf(text, lineCounter, refuse)
  const composer = new Composer({ lineCounter, prettyErrors: false, merge: true })
  const [document, next] = [...composer.compose(tokens, true, text.length)] as [
    Document.Parsed,
    Document.Parsed?,
  ]
  const mistakes = [...document.errors, ...document.warnings].map((error) =>
    mistakeAt(error.pos[0], error.message),
  )
  if (next !== undefined) {
    mistakes.push(mistakeAt(next.range[0], 'the file holds several documents: a scenario is one'))
  }
  if (mistakes.length > 0) throw new InputError(mistakes)
  const tree = readTree(document)
  if (tree.mistakes.length > 0) {
    throw new InputError(tree.mistakes.map(({ offset, message }) => mistakeAt(offset, message)))
  }
  return {
    value: toPlain(document, refuse),
    locate: (keys, part) => mistakeAt(findOffset(tree, keys, part), '').location as string,
  }
}

type Refuse = (offset: number, message: string) => never

/** What the parser makes of a text, as long as it is not too deep. */
function* tokensOf(text: string, lineCounter: LineCounter, refuse: Refuse): Generator<CST.Token> {
  const parser = new Parser(lineCounter.addNewLine)
  lineCounter.addNewLine(0)
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme)
    if (parser.stack.length > maxDepth)
      refuse(parser.offset, `is nested more than ${maxDepth} deep`)
  }
  yield* parser.end()
}

function toPlain(document: Document.Parsed, refuse: Refuse): unknown {
  try {
    return document.toJS({ maxAliasCount })
  } catch (error) {
    // Aliases that multiply past the limit.
    return refuse(0, (error as Error).message)
  }
}
