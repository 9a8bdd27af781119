import { prettyFactory } from 'pino-pretty'
import { describeLine } from '../log-line.js'
import { formatRequest, formatTime, type RequestFacts } from './request-line.js'

/** The properties of a terminal that its lines depend on. */
export interface Terminal {
  readonly coloured: boolean
  /** True if the cursor can go back to the line above. */
  readonly canGoBack: boolean
  /** Its width at present. */
  columns(): number
  /** Returns the link of a journal entry. */
  linkTo(entry: number, workspace: string | undefined): string | undefined
}

/** A line of the log, read from JSON. */
interface LogLine {
  readonly time: number
  readonly msg: string
  readonly event?: string
  readonly reason?: string
  readonly method?: string
  readonly status?: number
  readonly operation?: string
  readonly path?: string
  readonly referenceId?: string
  readonly client?: string
  readonly workspace?: string
  readonly state?: string
  readonly fileLine?: number
  readonly entry?: number
}

/** Goes to the line above, and erases it. */
const back = '\u001B[1A\u001B[2K'

/**
 * Returns the function that formats lines of the log for a person at a terminal. Equal polls of one import are one line, which
 * is written again with their number.
 */
export function terminalFormat(terminal: Terminal): (line: string) => string {
  const { coloured, canGoBack } = terminal
  const formatOther = prettyFactory({
    colorize: coloured,
    hideObject: true,
    translateTime: 'SYS:HH:MM:ss',
    messageFormat: describeLine,
  })
  let last: { key: string; count: number } | undefined
  return (text) => {
    const line = JSON.parse(text) as LogLine
    if (line.method === undefined) {
      last = undefined
      // The greeting says where it listens.
      if (line.event === 'ready') return ''
      return line.event === 'note' ? formatNote(line, coloured) : String(formatOther(text))
    }
    const facts = factsOf(line, terminal)
    const style = { coloured, columns: terminal.columns() }
    const { workspace, referenceId, client } = line
    const key = facts.state && JSON.stringify([workspace, referenceId, client, facts.state])
    const count = key !== undefined && last?.key === key ? last.count + 1 : 1
    const { text: shown, isOneRow } = formatRequest(facts, style, count)
    last = key !== undefined && isOneRow ? { key, count } : undefined
    return `${count > 1 && canGoBack ? back : ''}${shown}\n`
  }
}

/** A line of the emulator's own, as a response to a key. */
function formatNote({ time, msg }: LogLine, coloured: boolean): string {
  return `${formatTime(time, coloured)}  ${msg.replaceAll('\n', '\n          ')}\n`
}

function factsOf(line: LogLine, { linkTo }: Terminal): RequestFacts {
  const { time, status, operation, method, path, referenceId, client, state, fileLine } = line
  const { entry, workspace, reason, msg } = line
  const needsLink =
    entry !== undefined && (status === undefined || status >= 400 || reason === 'fault')
  return {
    ...{ at: time, status, operation, method: String(method), path, referenceId, client },
    ...{ state: reason === 'served' ? state : undefined, fileLine, message: msg },
    link: needsLink ? linkTo(entry, workspace) : undefined,
  }
}
