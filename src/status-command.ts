import { randomBytes } from 'node:crypto'
import type { CommandContext } from './command-context.js'
import type { CommandLine } from './command-line.js'
import type { EmulatorControl } from './domain/control/emulator-control.js'
import { InputError } from './domain/errors.js'
import type { JournalEntry } from './domain/journal.js'
import { reasonTexts } from './domain/reason-texts.js'
import { escapeInvisible } from './domain/visible-text.js'
import { explain } from './domain/why.js'
import { entryLink } from './entry-link.js'
import { flagOf, requestToken } from './mint-token.js'
import { askRunning } from './running-emulator.js'

/**
 * Polls an import of a running emulator with a token that the emulator mints for it. Prints the body; the status and the reason
 * go to the error output. Resolves to 0 if the poll was served, and to 1 if not.
 */
export function statusCommand(
  url: string,
  controlToken: string | undefined,
  { operands, flags }: CommandLine,
  { out, err }: Pick<CommandContext, 'out' | 'err'>,
): Promise<number> {
  const [referenceId, other] = operands
  if (referenceId === undefined || other !== undefined) {
    throw new InputError({ path: 'status', message: 'needs one reference id: status 12345' })
  }
  return askRunning(url, controlToken, flagOf, async (control) => {
    const { access_token: token } = await requestToken(control, flags)
    const traceId = randomBytes(16).toString('hex')
    const base = url.replace(/\/+$/, '')
    const response = await poll(base, referenceId, token, traceId)
    const entry = await entryOf(control, traceId)
    if (response !== undefined) out.write(`${escapeLines(response.body)}\n`)
    err.write(describe(response?.status, entry, base))
    return response?.ok ? 0 : 1
  })
}

interface Polled {
  readonly ok: boolean
  readonly status: number
  readonly body: string
}

/** Undefined where a fault cuts the response off. */
async function poll(
  base: string,
  referenceId: string,
  token: string,
  traceId: string,
): Promise<Polled | undefined> {
  const path = `/api/v1/upload/api/v1/status/${encodeURIComponent(referenceId)}`
  const parentId = randomBytes(8).toString('hex')
  const headers = {
    authorization: `Bearer ${token}`,
    traceparent: `00-${traceId}-${parentId}-01`,
  }
  try {
    const response = await fetch(base + path, { headers })
    return { ok: response.ok, status: response.status, body: await response.text() }
  } catch {
    return undefined
  }
}

/** The journal entry of the poll. A journal that is turned off has none. */
async function entryOf(
  control: EmulatorControl,
  traceId: string,
): Promise<JournalEntry | undefined> {
  const { entries } = await control.journal.find({ traceId })
  return entries.at(-1)
}

function describe(
  status: number | undefined,
  entry: JournalEntry | undefined,
  base: string,
): string {
  const head = `${status ?? 'No response'}`
  if (entry === undefined) return `${head}\n`
  const { id, reason } = entry
  const isServed = reason.code === 'served'
  const lines = [
    `${head}  ${reason.message}`,
    ...(isServed ? [] : [`next  ${explain(entry, reasonTexts[reason.code]).next}`]),
    `page  ${entryLink(base, id)}`,
  ]
  return lines.map((line) => `${escapeInvisible(line)}\n`).join('')
}

/** A body may have several lines, as a fault can give it. */
function escapeLines(text: string): string {
  return text.split('\n').map(escapeInvisible).join('\n')
}
