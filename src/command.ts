import { type ParseArgsConfig, parseArgs } from 'node:util'
import { destination, type Logger, pino } from 'pino'
import { formatMistake, InputError } from './domain/errors.js'
import { nearestName } from './domain/schema.js'
import { loadFixtures } from './emulator/load-fixtures.js'
import { version } from './emulator/version.js'
import { greeting, helpText } from './help.js'
import {
  type OptionSpec,
  optionNames,
  optionSpecs,
  type ResolvedOptions,
  readOptions,
} from './options.js'
import { startServer } from './server.js'

/** What a command sees of the process it runs in. */
export interface CommandContext {
  readonly out: NodeJS.WriteStream
  readonly err: NodeJS.WriteStream
  /** Takes what a signal has to end first. */
  onStop(end: () => Promise<void>): void
}

/** How long requests in flight may take once a signal has come. */
const graceMs = 3000

const commands = { serve, check, help } satisfies Record<string, Command>

type Command = (
  options: ResolvedOptions,
  operands: readonly string[],
  context: CommandContext,
) => Promise<void>

/** Runs a command line and resolves to its exit code: 2 for bad input, 1 for any other failure. */
export async function runCommand(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  context: CommandContext,
): Promise<number> {
  try {
    const { command, operands, flags } = parseCommandLine(args)
    await commands[command](readOptions(flags, environment), operands, context)
    return 0
  } catch (error) {
    if (error instanceof InputError) {
      context.err.write(`${error.mistakes.map(formatMistake).join('\n')}\n`)
      return 2
    }
    context.err.write(`${describeFailure(error as NodeJS.ErrnoException)}\n`)
    return 1
  }
}

function describeFailure(error: NodeJS.ErrnoException & { address?: string; port?: number }) {
  const place = `port ${error.port} of ${error.address}`
  switch (error.code) {
    case 'EADDRINUSE':
      return `${place} is in use: stop what listens there, or choose another port with --port`
    case 'EADDRNOTAVAIL':
      return `${place} cannot be listened on: this machine does not have the address`
    case 'EACCES':
      return error.syscall === 'listen'
        ? `${place} may not be listened on by this user: choose a port from 1024 on with --port`
        : String(error.message)
    default:
      return error.stack
  }
}

interface CommandLine {
  readonly command: keyof typeof commands
  readonly operands: readonly string[]
  readonly flags: Readonly<Record<string, readonly string[]>>
}

function parseCommandLine(args: readonly string[]): CommandLine {
  const known: NonNullable<ParseArgsConfig['options']> = {
    help: { type: 'boolean', short: 'h' },
    version: { type: 'boolean', short: 'v' },
  }
  for (const name of optionNames) {
    const { flag, value }: OptionSpec<unknown> = optionSpecs[name]
    known[flag.slice(2)] = { type: value === undefined ? 'boolean' : 'string' }
  }

  const { tokens } = parseArgs({
    args: [...args],
    options: known,
    strict: false,
    allowPositionals: true,
    tokens: true,
  })
  const positionals: string[] = []
  const flags: Record<string, string[]> = {}
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value)
    if (token.kind !== 'option') continue
    const flag = token.rawName
    if (!Object.hasOwn(known, token.name)) throw unknown('flag', flag, allFlags)
    if (token.name === 'help') return { command: 'help', operands: [], flags: {} }
    if (token.name === 'version') return { command: 'help', operands: ['version'], flags: {} }
    const text = token.value ?? (known[token.name]?.type === 'boolean' ? 'true' : undefined)
    if (text === undefined) throw new InputError({ path: flag, message: 'needs a value' })
    flags[flag] = [...(flags[flag] ?? []), text]
  }
  const [command = 'serve', ...operands] = positionals
  if (!Object.hasOwn(commands, command)) throw unknown('command', command, Object.keys(commands))
  return { command: command as keyof typeof commands, operands, flags }
}

const allFlags = [...optionNames.map((name) => optionSpecs[name].flag), '--help', '--version']

function unknown(kind: string, name: string, known: readonly string[]): InputError {
  const nearest = nearestName(name, known)
  const mend = nearest === undefined ? 'see tao-upload-emulator help' : `did you mean ${nearest}?`
  return new InputError({ path: name, message: `unknown ${kind}; ${mend}` })
}

async function serve(
  options: ResolvedOptions,
  operands: readonly string[],
  { out, onStop }: CommandContext,
): Promise<void> {
  const [operand] = operands
  if (operand !== undefined) {
    throw new InputError({ path: operand, message: 'unexpected argument; a flag starts with --' })
  }
  const logger = await createLogger(options.logLevel, out)
  const emulator = await startServer(options, logger, graceMs)
  onStop(emulator.close)
  if (out.isTTY) out.write(greeting(emulator.url))
}

/** JSON lines for machines; on a terminal, lines for a person. */
async function createLogger(level: string, out: NodeJS.WriteStream): Promise<Logger> {
  const options = { level, base: null }
  if (!out.isTTY) return pino(options, destination({ fd: 1, sync: false }))
  const { prettyLog } = await import('./pretty-log.js')
  return pino(options, prettyLog())
}

async function check(
  { fixtures }: ResolvedOptions,
  operands: readonly string[],
  { out }: CommandContext,
): Promise<void> {
  const { clients, imports } = await loadFixtures(operands.length > 0 ? operands : fixtures)
  out.write(`ok: ${clients.length} clients, ${imports.length} imports\n`)
}

async function help(
  _options: ResolvedOptions,
  [topic]: readonly string[],
  { out }: CommandContext,
): Promise<void> {
  out.write(topic === 'version' ? `${version}\n` : helpText())
}
