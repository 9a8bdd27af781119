import { escapeInvisible } from '../domain/visible-text.js'

/** The facts of a request that a line for a person shows. */
export interface RequestFacts {
  /** The arrival, in epoch milliseconds. */
  readonly at: number
  /** Undefined if the client got no response. */
  readonly status: number | undefined
  readonly operation: string | undefined
  readonly method: string
  readonly path: string | undefined
  readonly referenceId: string | undefined
  readonly client: string | undefined
  /** The reason, in a sentence. */
  readonly message: string
  /** The state that a poll got. */
  readonly state: string | undefined
  readonly fileLine: number | undefined
  /** The link of the journal entry on the sandbox page. */
  readonly link: string | undefined
}

/** A line for a terminal. */
export interface RequestLine {
  readonly text: string
  /** True if it fits in one row of the terminal. */
  readonly isOneRow: boolean
}

/** The colours of the classes of HTTP status, as numbers of ANSI escape sequences. */
const colours: Readonly<Record<string, number>> = { '2': 32, '3': 36, '4': 33, '5': 31, '-': 35 }

const dim = 2

/** The width of the column for the id. */
const subjectWidth = 22

/** The columns before the message: time, status, operation and id. */
const messageColumn = 8 + 2 + 3 + 2 + 8 + 2 + subjectWidth + 2

/**
 * Formats a request as one line, or as more where it was refused: below the message stands the link. No text of a request can
 * forge a line or steer the terminal.
 *
 * @param count - the number of equal polls that the line stands for
 */
export function formatRequest(
  facts: RequestFacts,
  { coloured, columns }: { readonly coloured: boolean; readonly columns: number },
  count = 1,
): RequestLine {
  const { at, status, operation, link } = facts
  const paint = (colour: number | undefined, text: string) =>
    coloured ? `\u001B[${colour}m${text}\u001B[0m` : text
  const code = String(status ?? '---')
  const times = count > 1 ? `  ×${count}` : ''
  const message = escapeInvisible(messageOf(facts)) + times
  const head = [
    formatTime(at, coloured),
    paint(colours[code[0] as string], code),
    escapeInvisible(operation ?? '-').padEnd(8),
    escapeInvisible(subjectOf(facts)).padEnd(subjectWidth),
  ].join('  ')
  const fits = messageColumn + message.length <= columns
  const below = (text: string) => `\n          ${text}`
  const end = link === undefined ? '' : below(paint(dim, link))
  return {
    text: `${head}${fits ? `  ${message}` : below(message)}${end}`,
    isOneRow: fits && link === undefined,
  }
}

function messageOf({
  message,
  state,
  fileLine,
  referenceId,
  client,
  status,
}: RequestFacts): string {
  if (state !== undefined) return fileLine ? `${state}, line ${fileLine}` : state
  const isNamed = referenceId === undefined || client === undefined || Number(status) < 400
  return isNamed ? message : `${message} (${client})`
}

/** The import that a request is for, or else the client, or the path of a request for neither. */
function subjectOf({ operation, method, path, referenceId, client }: RequestFacts): string {
  if (operation === undefined) return clip(`${method} ${path}`)
  return clip(referenceId ?? client ?? '')
}

/** A long text without its middle: its beginning and its end tell it from others. */
function clip(text: string): string {
  if (text.length <= subjectWidth) return text
  const half = (subjectWidth - 1) / 2
  return `${text.slice(0, Math.ceil(half))}…${text.slice(-Math.floor(half))}`
}

/** The time of day of an instant. */
export function formatTime(at: number, coloured: boolean): string {
  const time = new Date(at).toTimeString().slice(0, 8)
  return coloured ? `\u001B[${dim}m${time}\u001B[0m` : time
}
