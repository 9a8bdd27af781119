import { Composer, type CST, type Document, isScalar, Lexer, LineCounter, Parser } from 'yaml'
import { InputError, type Mistake } from '../domain/errors.js'
import { findOffset, readTree, toPlain } from './yaml-tree.js'

/** A YAML text, read: the value, and the place of each part of it. */
export interface YamlText {
  readonly value: unknown
  /** `file:line:column` of the value at `keys`, or of the field's name, or of what holds it. */
  locate(keys: readonly PropertyKey[], part: 'name' | 'value'): string
}

/** The greatest depth of a text. The library recurses, and a full stack can end the process. */
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
  const composer = new Composer({
    lineCounter,
    prettyErrors: false,
    merge: true,
    uniqueKeys: false,
  })
  const documents = [...composer.compose(tokens, true, text.length)] as Document.Parsed[]
  const mistakes = documents
    .flatMap(({ errors, warnings }) => [...errors, ...warnings])
    .map((error) => mistakeAt(error.pos[0], error.message))
  // An empty one beside it is no more than a line of dashes.
  const [document = documents[0] as Document.Parsed, next] = documents.filter(
    ({ contents }) => !isEmpty(contents),
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
    value: toPlain(tree),
    locate: (keys, part) => mistakeAt(findOffset(tree, keys, part), '').location as string,
  }
}

function isEmpty(contents: Document.Parsed['contents']): boolean {
  return contents === null || (isScalar(contents) && contents.value === null)
}

type Refuse = (offset: number, message: string) => never

/** Parses a text, unless it is nested too deeply. */
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
