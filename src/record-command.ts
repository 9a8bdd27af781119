import { writeFile } from 'node:fs/promises'
import { stringify } from 'yaml'
import type { CommandContext } from './command-context.js'
import type { CommandLine } from './command-line.js'
import { InputError } from './domain/errors.js'
import type { Duration } from './domain/milliseconds.js'
import { type PollContext, RecordError } from './record/poll-import.js'
import { recordImport } from './record/record-import.js'
import { readServiceFlags, withFlags } from './service-flags.js'

/** Runs the command `record`. Resolves to 0 if the import has ended, 1 if it was written before that, and 2 if nothing was. */
export async function recordCommand(
  { operands, flags }: CommandLine,
  { environment, err, onSignal }: Pick<CommandContext, 'environment' | 'err' | 'onSignal'>,
  context?: Partial<PollContext>,
): Promise<number> {
  const [referenceId, other] = operands
  const [from, file] = [flags['--from']?.at(-1), flags['--output']?.at(-1)]
  if (referenceId === undefined || other !== undefined || !from || !file) {
    const usage = 'record REFERENCE_ID --from URL --output FILE'
    throw new InputError({ path: 'record', message: `needs an id, a URL and a file: ${usage}` })
  }
  const stop = new AbortController()
  onSignal(() => stop.abort())
  const flag = (name: string) => flags[name]?.at(-1)
  try {
    const options = {
      from,
      ...readServiceFlags(flags, environment),
      every: flag('--every') as Duration | undefined,
      timeout: flag('--timeout') as Duration | undefined,
      messages: flag('--messages') !== undefined,
      signal: stop.signal,
    }
    const { complete, reason, polls, scenario } = await recordImport(referenceId, options, context)
    await writeFile(file, stringify(scenario)).catch(({ message }: Error) => {
      throw new InputError({ path: '--output', message: `cannot be written: ${message}` })
    })
    err.write(`${file}: ${polls} polls${complete ? '' : `, incomplete: ${reason}`}\n`)
    return complete ? 0 : 1
  } catch (error) {
    if (!(error instanceof RecordError)) throw withFlags(error as Error)
    err.write(`${from}: ${error.message}\n`)
    return 2
  }
}
