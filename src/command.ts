import { constants } from 'node:os'
import { type Logger, pino } from 'pino'
import { type CommandLine, type CommandName, parseCommandLine } from './command-line.js'
import { connectEmulator } from './connect.js'
import type { EmulatorControl } from './control.js'
import type { TokenFlaw } from './domain/access-token.js'
import { ControlError, formatMistake, InputError } from './domain/errors.js'
import type { ClientDefinition } from './domain/fixture.js'
import { isPattern } from './domain/reference-id.js'
import type { Emulator } from './emulator/emulator.js'
import { loadFixtures } from './emulator/load-fixtures.js'
import { version } from './emulator/package-files.js'
import type { ResolvedOptions } from './emulator-options.js'
import { withoutProxy } from './exec-environment.js'
import { execute } from './execute.js'
import { greeting, helpText } from './help.js'
import { lastRefusals } from './last-refusals.js'
import { LogOutput } from './log-output.js'
import { type OptionRules, optionNames, readOptions } from './options.js'
import { startServer, urlAt } from './server.js'

/** A signal that ends a command. */
export type EndSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP'

/** What a command sees of the process that it runs in. */
export interface CommandContext {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly out: NodeJS.WriteStream
  readonly err: NodeJS.WriteStream
  exit(code: number): void
  onSignal(handler: (signal: EndSignal) => void): void
}

/** How long requests in flight may take once a signal has come. */
const graceMs = 3000

/** How long the reader of the log may take for the last lines. */
const logGraceMs = 500

interface Command extends OptionRules {
  /** Resolves to the exit code. */
  run(options: ResolvedOptions, line: CommandLine, context: CommandContext): Promise<number>
}

const commands: Readonly<Record<CommandName, Command>> = {
  serve: { run: serve },
  check: { run: check, fromEnvironment: ['fixtures'] },
  exec: {
    run: exec,
    // The output is the command's, and the address does not matter: there, these variables are its own.
    fromEnvironment: optionNames.filter((name) => !['port', 'host', 'logLevel'].includes(name)),
    defaults: { port: 0, logLevel: 'silent' },
  },
  token: { run: token, fromEnvironment: ['host', 'port', 'controlToken'] },
  help: { run: help, fromEnvironment: [] },
}

/** Runs a command line and resolves to its exit code: 2 for bad input, 1 for any other failure. */
export async function runCommand(
  args: readonly string[],
  context: CommandContext,
): Promise<number> {
  try {
    const line = parseCommandLine(args)
    const command = commands[line.command]
    return await command.run(readOptions(line.flags, context.environment, command), line, context)
  } catch (error) {
    const { text, code } = describeFailure(error as Error)
    context.err.write(`${text}\n`)
    return code
  }
}

function describeFailure(error: Error & { code?: string; address?: string; port?: number }) {
  if (error instanceof InputError) {
    return { text: error.mistakes.map(formatMistake).join('\n'), code: 2 }
  }
  if (error instanceof ControlError) {
    return { text: formatMistake({ path: error.path ?? 'token', message: error.message }), code: 2 }
  }
  const place = `port ${error.port} of ${error.address}`
  const texts: Record<string, string> = {
    EADDRINUSE: `${place} is in use: stop what listens there, or choose another port with --port`,
    EADDRNOTAVAIL: `${place} cannot be listened on: this machine does not have the address`,
    EACCES: `${place} may not be listened on by this user: choose a port from 1024 on with --port`,
    ENOTFOUND: `${error.message}: choose an address of this machine with --host`,
  }
  const isListening = 'syscall' in error && /listen|getaddrinfo/.test(String(error.syscall))
  return { text: (isListening && texts[String(error.code)]) || error.stack, code: 1 }
}

async function serve(
  options: ResolvedOptions,
  line: CommandLine,
  { out, exit, onSignal }: CommandContext,
): Promise<number> {
  requireNoOperands(line)
  const { logger, drain } = await createServeLog(options.logLevel, out)
  const { running, emulator } = await startServer(options, logger, graceMs)
  let stopping = false
  onSignal(async (signal) => {
    if (stopping) exit(128 + constants.signals[signal])
    stopping = true
    await running.close()
    await drain()
    exit(0)
  })
  if (out.isTTY) {
    out.write(greeting(running.url, usableClient(emulator), firstReferenceId(emulator)))
  }
  return 0
}

/** A client whose tokens the rostering API takes. */
function usableClient({ main }: Emulator): ClientDefinition | undefined {
  return main.clients
    .list()
    .find(({ scopes, tokenFlaw }) => scopes.includes('rostering') && !tokenFlaw)
}

/** An import that can be asked for as it is written. */
function firstReferenceId({ main }: Emulator): string | undefined {
  return main.imports.list({ limit: 100 }).find(({ referenceId }) => !isPattern(referenceId))
    ?.referenceId
}

function requireNoOperands({ operands: [operand] }: CommandLine): void {
  if (operand === undefined) return
  throw new InputError({ path: operand, message: 'unexpected argument; a flag starts with --' })
}

interface Log {
  readonly logger: Logger
  /** Resolves once the last lines are written, or nobody reads them. */
  drain(): Promise<void>
}

/** JSON lines for machines; on a terminal, lines for a person. */
async function createServeLog(level: string, out: NodeJS.WriteStream): Promise<Log> {
  if (!out.isTTY) return createJsonLog(level, out)
  const { prettyLog } = await import('./pretty-log.js')
  return { logger: pino({ level, base: null }, prettyLog()), drain: async () => {} }
}

function createJsonLog(level: string, out: NodeJS.WriteStream): Log {
  const output = new LogOutput(out, (dropped) =>
    logger.warn(
      { event: 'log-lines-dropped', dropped },
      `${dropped} log lines were dropped, because the reader of the log is too slow`,
    ),
  )
  const logger = pino({ level, base: null }, output)
  process.once('exit', () => output.flush())
  return { logger, drain: () => output.drain(logGraceMs) }
}

async function check(
  { fixtures }: ResolvedOptions,
  { operands }: CommandLine,
  { out }: CommandContext,
): Promise<number> {
  const { clients, imports } = await loadFixtures(operands.length > 0 ? operands : fixtures)
  out.write(`ok: ${clients.length} clients, ${imports.length} imports\n`)
  return 0
}

async function exec(
  options: ResolvedOptions,
  { operands }: CommandLine,
  context: CommandContext,
): Promise<number> {
  const [program, ...args] = operands
  if (program === undefined) {
    throw new InputError({ path: 'exec', message: 'needs a command: exec -- npm test' })
  }
  const { logger, drain } = createJsonLog(options.logLevel, context.err)
  const { running, emulator } = await startServer(options, logger, 0)
  const client = usableClient(emulator)
  const environment = {
    ...context.environment,
    ...withoutProxy(context.environment),
    TAO_ADVANCE_URL: running.url,
    TAO_EMULATOR_URL: running.url,
    TAO_EMULATOR_CONTROL_TOKEN: options.controlToken,
    CLIENT_ID: client?.clientId,
    CLIENT_SECRET: client?.clientSecret,
  }
  try {
    const code = await execute(program, args, environment, context.onSignal)
    if (code !== 0) context.err.write(lastRefusals(emulator))
    await drain()
    // Lines that nobody reads do not hold up the end.
    context.exit(code)
    return code
  } finally {
    await running.close()
  }
}

async function token(
  { host, port, controlToken }: ResolvedOptions,
  line: CommandLine,
  { environment, out }: CommandContext,
): Promise<number> {
  requireNoOperands(line)
  const url = line.flags['--url']?.at(-1) || environment.TAO_EMULATOR_URL || urlAt(host, port)
  const control = connectEmulator(url, controlToken === undefined ? {} : { controlToken })
  const minted = await mintToken(control, line.flags).catch((error) => {
    // So `fetch` rejects where there is no answer at all; a mistake of ours has no cause.
    if (!(error instanceof TypeError && error.cause)) throw error
    throw new InputError({ path: url, message: 'no emulator answers there: name one with --url' })
  })
  out.write(`${minted.access_token}\n`)
  return 0
}

async function mintToken(control: EmulatorControl, flags: CommandLine['flags']) {
  const clientId = flags['--client']?.at(-1) ?? (await firstClient(control))
  const scopes = flags['--scope']
  const flaw = flags['--flaw']?.at(-1) as TokenFlaw | undefined
  return control.tokens.mint({
    clientId,
    ...(scopes && { scopes: scopes.flatMap((words) => words.split(' ')) }),
    ...(flaw && { flaw }),
  })
}

async function firstClient(control: EmulatorControl): Promise<string> {
  const [client] = await control.clients.list()
  if (client !== undefined) return client.clientId
  throw new InputError({ path: 'token', message: 'the emulator has no client: give it one' })
}

async function help(
  _options: ResolvedOptions,
  { operands: [topic] }: CommandLine,
  { out }: CommandContext,
): Promise<number> {
  out.write(topic === 'version' ? `${version}\n` : helpText())
  return 0
}
