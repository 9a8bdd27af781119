import type { CommandContext } from './command-context.js'
import type { CommandLine } from './command-line.js'
import { readEvents } from './domain/control/event-stream.js'
import { InputError } from './domain/errors.js'
import type { ImportResult } from './domain/imports/import-state.js'
import type { JournalEntry } from './domain/journal.js'
import { escapeJson, quoted } from './domain/visible-text.js'
import { entryLink } from './entry-link.js'
import { askRunning } from './running-emulator.js'
import { isColoured, isTerminal } from './terminal/is-terminal.js'

/** The requests to begin with, unless a flag says otherwise. */
const defaultLimit = 100

/** Prints the last requests of a running emulator, and with --follow each further one, until the emulator ends. */
export function logsCommand(
  url: string,
  controlToken: string | undefined,
  { operands: [operand], flags }: CommandLine,
  context: Pick<CommandContext, 'out' | 'err' | 'environment'>,
): Promise<number> {
  if (operand !== undefined) {
    throw new InputError({ path: operand, message: 'unexpected argument; a flag starts with --' })
  }
  const limit = readLimit(flags['--limit']?.at(-1))
  const base = url.replace(/\/+$/, '')
  return askRunning(url, controlToken, {}, async (control) => {
    const print = await printerFor(context, base)
    const { entries } = await control.journal.find({ limit: Math.max(limit, 1) })
    if (limit > 0) for (const entry of entries) print(entry)
    if (flags['--follow'] === undefined) return 0
    const events = await openEvents(base, controlToken, entries.at(-1)?.id ?? 0)
    await follow(events, print, context.err).catch(() => {})
    context.err.write('The emulator ended\n')
    return 0
  })
}

function readLimit(text: string | undefined): number {
  if (text === undefined) return defaultLimit
  if (/^\d{1,4}$/.test(text)) return Number(text)
  throw new InputError({
    path: '--limit',
    message: `${quoted(text)} must be a whole number from 0 to 9999`,
  })
}

type Print = (entry: JournalEntry) => void

async function printerFor(
  { out, environment }: Pick<CommandContext, 'out' | 'environment'>,
  base: string,
): Promise<Print> {
  if (!isTerminal(out, environment)) {
    return (entry) => out.write(`${escapeJson(JSON.stringify(entry))}\n`)
  }
  const { terminalFormat } = await import('./terminal/index.js')
  const format = terminalFormat({
    coloured: isColoured(out, environment),
    canGoBack: environment.TERM !== 'dumb',
    columns: () => out.columns || 80,
    linkTo: (entry) => entryLink(base, entry),
  })
  return (entry) => out.write(format(JSON.stringify(lineOf(entry))))
}

/** A journal entry as the log has the request. */
function lineOf(entry: JournalEntry): object {
  const { id, at, operation, method, path, referenceId, client, response, reason } = entry
  return {
    ...{ time: Date.parse(at), method, entry: id },
    operation: operation ?? undefined,
    referenceId: referenceId ?? undefined,
    client: client ?? undefined,
    path: path.split('?', 1)[0],
    status: response?.status,
    reason: reason.code,
    msg: reason.message,
    ...stateOf(entry),
  }
}

/** The state that a poll got. */
function stateOf({ operation, response, reason }: JournalEntry): object {
  if (operation !== 'status' || reason.code !== 'served') return {}
  const { status, fileLine } = (JSON.parse(String(response?.body)) as { result: ImportResult })
    .result
  return { state: status, fileLine }
}

async function openEvents(
  base: string,
  controlToken: string | undefined,
  since: number,
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const headers = controlToken === undefined ? {} : { authorization: `Bearer ${controlToken}` }
  const { body } = await fetch(`${base}/__control/journal/events?since=${since}`, { headers })
  return body as ReadableStream<Uint8Array<ArrayBuffer>>
}

/** Rejects if the connection breaks. */
async function follow(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  print: Print,
  err: CommandContext['err'],
): Promise<void> {
  for await (const { event, data } of readEvents(stream)) {
    if (event === 'entry') print(JSON.parse(data))
    if (event === 'cleared') err.write('The journal was cleared\n')
    if (event === 'dropped') {
      err.write(`The journal evicted ${JSON.parse(data).dropped} requests before they were read\n`)
    }
  }
}
