import type { CommandLine } from './command-line.js'
import { behaviours } from './domain/behaviours.js'
import type { EmulatorControl } from './domain/control/emulator-control.js'
import { InputError } from './domain/errors.js'
import type { JournalEntry } from './domain/journal.js'
import { reasonTexts } from './domain/reason-texts.js'
import { escapeInvisible } from './domain/visible-text.js'
import { explain } from './domain/why.js'
import { entryLink } from './entry-link.js'
import { askRunning } from './running-emulator.js'

const signs = { passed: '✓', failed: '✗', unknown: '·' } as const

/** Explains a response of a running emulator. Throws an `InputError` for an entry that the journal does not have. */
export function whyText(
  url: string,
  controlToken: string | undefined,
  { operands }: CommandLine,
): Promise<string> {
  const [operand, further] = operands
  if (further !== undefined) {
    throw new InputError({ path: further, message: 'unexpected argument; why takes one entry' })
  }
  if (operand !== undefined && !/^[1-9]\d{0,14}$/.test(operand)) {
    throw new InputError({
      path: operand,
      message: 'must be the id of a journal entry, such as 12',
    })
  }
  return askRunning(url, controlToken, {}, async (control) => {
    const entry = await entryOf(control, operand === undefined ? undefined : Number(operand))
    return describe(entry, url)
  })
}

async function entryOf(control: EmulatorControl, id: number | undefined): Promise<JournalEntry> {
  const filter = id === undefined ? {} : { since: id - 1, before: id + 1 }
  const { entries } = await control.journal.find(filter)
  const entry = id === undefined ? entries.findLast(isRefusal) : entries[0]
  if (entry !== undefined) return entry
  if (id === undefined) {
    throw new InputError({ path: 'why', message: 'the journal has no refused request' })
  }
  throw new InputError({ path: String(id), message: 'the journal has no entry with this id' })
}

function isRefusal({ response, outcome, faults }: JournalEntry): boolean {
  return Number(response?.status) >= 400 || outcome === 'aborted' || faults.length > 0
}

function describe(entry: JournalEntry, url: string): string {
  const { id, method, path, response, reason } = entry
  const { checks, expected, received, next } = explain(entry, reasonTexts[entry.reason.code])
  const rows = [
    ['reason', `${reason.code}: ${reason.message}`],
    ['checks', checks.map(({ check, result }) => `${signs[result]} ${check}`).join('  ')],
    ['expected', expected],
    ['received', received],
    ['basis', entry.basis && `${entry.basis}: ${sourcesOf(entry)}`],
    ['next', next],
    ['page', entryLink(url, id)],
    ['docs', `${new URL(url).origin}/__docs/troubleshooting.html#${reason.code}`],
  ].filter(([, text]) => text)
  const lines = rows.map(([name = '', text]) => `  ${name?.padEnd(10)}${text}`)
  const title = `${id}  ${response?.status ?? '---'}  ${method} ${path}`
  return [title, ...lines].map(escapeInvisible).join('\n')
}

function sourcesOf(entry: JournalEntry): string {
  return [...new Set(entry.behaviours.map((id) => behaviours[id].source))].join(', ')
}
