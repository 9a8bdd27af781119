import { constants } from 'node:os'
import type { CommandContext, EndSignal } from './command-context.js'
import { type CommandLine, isCommandName, parseCommandLine, unknownName } from './command-line.js'
import { createLog, createServeLog } from './command-log.js'
import { type CommandName, commandNames } from './command-specs.js'
import { withControlToken } from './control-token.js'
import { counted } from './counted.js'
import { describeFailure } from './describe-failure.js'
import { InputError } from './domain/errors.js'
import { loadFixtures } from './emulator/fixtures/load-fixtures.js'
import { version } from './emulator/package-files.js'
import { wallNow } from './emulator/real-time.js'
import { loadAuthority } from './emulator/tls/authority.js'
import type { ResolvedOptions } from './emulator-options.js'
import { entryLink } from './entry-link.js'
import { withoutProxy } from './exec-environment.js'
import type { ExecTrust } from './exec-trust.js'
import { execute } from './execute.js'
import { commandHelp, helpText } from './help.js'
import { lastRefusals } from './last-refusals.js'
import { optionNames } from './option-specs.js'
import { type OptionRules, readOptions } from './options.js'
import { removeReadyFile } from './ready-file.js'
import { startServer, urlAt } from './server.js'
import { localHost, usableClient } from './settings.js'
import { isTerminal } from './terminal/is-terminal.js'

/** The time that requests in flight have after a signal, in milliseconds. */
const graceMs = 3000

interface Command extends OptionRules {
  /** Its mistakes are shown with their lines in the files. */
  readonly showsLines?: true
  /** Resolves to the exit code. */
  run(options: ResolvedOptions, line: CommandLine, context: CommandContext): Promise<number>
}

const commands: Readonly<Record<CommandName, Command>> = {
  serve: { run: serve },
  check: { run: check, fromEnvironment: ['fixtures'], showsLines: true },
  exec: {
    run: exec,
    // The output is the command's, and the address does not matter: there, these variables are its own.
    fromEnvironment: optionNames.filter((name) => !['port', 'host', 'logLevel'].includes(name)),
    defaults: { port: 0, logLevel: 'silent' },
  },
  export: {
    run: exportScenario,
    fromEnvironment: ['fixtures', 'controlToken', 'controlTokenFile'],
    showsLines: true,
  },
  mcp: {
    run: mcp,
    // The editor's variables are not meant for it, and its output belongs to the protocol.
    fromEnvironment: optionNames.filter((name) => !['port', 'host'].includes(name)),
    defaults: { port: 0, logLevel: 'warn' },
  },
  ca: { run: ca, fromEnvironment: ['host', 'port', 'tlsCa'] },
  token: { run: token, fromEnvironment: ['host', 'port', 'controlToken', 'controlTokenFile'] },
  status: { run: status, fromEnvironment: ['host', 'port', 'controlToken', 'controlTokenFile'] },
  logs: { run: logs, fromEnvironment: ['host', 'port', 'controlToken', 'controlTokenFile'] },
  why: { run: why, fromEnvironment: ['host', 'port', 'controlToken', 'controlTokenFile'] },
  verify: { run: verify, fromEnvironment: [] },
  record: { run: record, fromEnvironment: [] },
  help: { run: help, fromEnvironment: [] },
}

/** Runs a command line and resolves to its exit code: 2 for bad input, 1 for any other failure. */
export async function runCommand(
  args: readonly string[],
  context: CommandContext,
): Promise<number> {
  let command: Command | undefined
  try {
    const line = parseCommandLine(args)
    command = commands[line.command]
    const options = readOptions(line.flags, context.environment, command, (note) =>
      context.err.write(`${note}\n`),
    )
    return await command.run(await withControlToken(options), line, context)
  } catch (error) {
    const { text, code } = await describeFailure(error as Error, command?.showsLines)
    context.err.write(`${text}\n`)
    return code
  }
}

async function serve(
  options: ResolvedOptions,
  line: CommandLine,
  context: CommandContext,
): Promise<number> {
  requireNoOperands(line)
  const { environment, out, exit, onSignal } = context
  let url = ''
  const { logger, print, drain } = await createServeLog(
    options.logLevel,
    context,
    (entry, workspace) => entryLink(url, entry, workspace),
  )
  onSignal(async () => {
    if (options.readyFile !== undefined) await removeReadyFile(options.readyFile)
    exit(0)
  })
  const started = await startServer(options, environment, logger, graceMs)
  const { running } = started
  url = running.settings.url
  let giveBack = () => {}
  let stopping = false
  const stop = async (signal: EndSignal) => {
    if (stopping) exit(128 + constants.signals[signal])
    stopping = true
    await running.close()
    await drain()
    giveBack()
    exit(0)
  }
  onSignal(stop)
  if (isTerminal(out, environment)) {
    // Loaded late: a log that a program reads has no greeting.
    const { serveOnTerminal } = await import('./terminal/index.js')
    giveBack = serveOnTerminal(started, context, { print, stop })
  }
  return 0
}

function requireNoOperands({ operands: [operand] }: CommandLine): void {
  if (operand === undefined) return
  throw new InputError({ path: operand, message: 'unexpected argument; a flag starts with --' })
}

async function check(
  { fixtures }: ResolvedOptions,
  { operands }: CommandLine,
  { environment, out }: CommandContext,
): Promise<number> {
  const sources = operands.length > 0 ? operands : fixtures
  const { clients, imports } = await loadFixtures(sources, environment)
  out.write(`ok: ${counted(clients.length, 'client')}, ${counted(imports.length, 'import')}\n`)
  return 0
}

async function exec(
  options: ResolvedOptions,
  { operands, flags }: CommandLine,
  context: CommandContext,
): Promise<number> {
  const [program, ...args] = operands
  if (program === undefined) {
    throw new InputError({ path: 'exec', message: 'needs a command: exec -- npm test' })
  }
  // Loaded late: no other command needs it.
  const { readReportFlags, reportRun } = await import('./exec-report.js')
  const wishes = readReportFlags(flags)
  const { logger, drain } = createLog(options.logLevel, context.err)
  const { running, emulator, certificates } = await startServer(
    options,
    context.environment,
    logger,
    0,
  )
  const host = localHost(running.url)
  const isHttps = flags['--https'] !== undefined
  // Loaded late: no other command needs it.
  const { trustAuthority } = await import('./exec-trust.js')
  const certificate = await certificates.trusted()
  let trust: ExecTrust
  try {
    trust = trustAuthority(certificate, context.environment, isHttps)
  } catch (error) {
    await running.close()
    throw error
  }
  const client = usableClient(emulator)
  const environment = {
    ...context.environment,
    ...withoutProxy(context.environment),
    ...trust.variables,
    TAO_ADVANCE_URL: isHttps ? `https://${host}` : running.url,
    TAO_ADVANCE_HOST: host,
    TAO_EMULATOR_URL: running.url,
    TAO_EMULATOR_CONTROL_TOKEN: options.controlToken,
    TAO_EMULATOR_CONTROL_TOKEN_FILE: undefined,
    CLIENT_ID: client?.clientId,
    CLIENT_SECRET: client?.clientSecret,
  }
  const ended = await execute(program, args, environment, context)
  trust.remove()
  if (ended !== 0) context.err.write(lastRefusals(emulator))
  const code = await reportRun(await running.report.get({ all: true }), wishes, ended, context)
  await running.close()
  await drain()
  // Lines that nobody reads do not hold up the end.
  context.exit(code)
  return code
}

/** The address of the emulator to ask. */
function addressOf(
  { host, port }: ResolvedOptions,
  { flags }: CommandLine,
  { environment }: CommandContext,
): string {
  return (flags['--url']?.at(-1) || environment.TAO_EMULATOR_URL || urlAt(host, port)).trim()
}

async function token(
  options: ResolvedOptions,
  line: CommandLine,
  context: CommandContext,
): Promise<number> {
  requireNoOperands(line)
  const { mintToken } = await import('./ask-commands.js')
  const url = addressOf(options, line, context)
  context.out.write(`${await mintToken(url, options.controlToken, line.flags)}\n`)
  return 0
}

async function status(
  options: ResolvedOptions,
  line: CommandLine,
  context: CommandContext,
): Promise<number> {
  const { statusCommand } = await import('./ask-commands.js')
  return statusCommand(addressOf(options, line, context), options.controlToken, line, context)
}

async function logs(
  options: ResolvedOptions,
  line: CommandLine,
  context: CommandContext,
): Promise<number> {
  const { logsCommand } = await import('./ask-commands.js')
  return logsCommand(addressOf(options, line, context), options.controlToken, line, context)
}

async function why(
  options: ResolvedOptions,
  line: CommandLine,
  context: CommandContext,
): Promise<number> {
  const { whyText } = await import('./ask-commands.js')
  const url = addressOf(options, line, context)
  context.out.write(`${await whyText(url, options.controlToken, line)}\n`)
  return 0
}

async function exportScenario(
  options: ResolvedOptions,
  line: CommandLine,
  { environment, out }: CommandContext,
): Promise<number> {
  requireNoOperands(line)
  // Loaded late: no other command needs it.
  const { exportTo } = await import('./export-command.js')
  await exportTo(out, options, line.flags, environment)
  return 0
}

async function mcp(
  options: ResolvedOptions,
  line: CommandLine,
  context: CommandContext,
): Promise<number> {
  requireNoOperands(line)
  // Loaded late: no other command needs the SDK.
  const { serveMcp } = await import('./mcp/mcp-command.js')
  return serveMcp(options, line.flags, context)
}

async function ca(
  options: ResolvedOptions,
  line: CommandLine,
  context: CommandContext,
): Promise<number> {
  requireNoOperands(line)
  const { tlsCa } = options
  if (line.flags['--url'] === undefined && tlsCa !== undefined) {
    context.out.write((await loadAuthority(tlsCa, wallNow())).pem)
    return 0
  }
  const { fetchCaCertificate } = await import('./ask-commands.js')
  context.out.write(await fetchCaCertificate(addressOf(options, line, context)))
  return 0
}

async function verify(
  _options: ResolvedOptions,
  line: CommandLine,
  context: CommandContext,
): Promise<number> {
  // Loaded late: no other command needs it.
  const { verifyCommand } = await import('./verify-command.js')
  return verifyCommand(line, context)
}

async function record(
  _options: ResolvedOptions,
  line: CommandLine,
  context: CommandContext,
): Promise<number> {
  // Loaded late: no other command needs it.
  const { recordCommand } = await import('./record-command.js')
  return recordCommand(line, context)
}

async function help(
  _options: ResolvedOptions,
  { operands: [topic], flags }: CommandLine,
  { out }: CommandContext,
): Promise<number> {
  if (flags['--version'] !== undefined) out.write(`${version}\n`)
  else if (topic === undefined) out.write(helpText())
  else if (isCommandName(topic)) out.write(commandHelp(topic))
  else throw unknownName('command', topic, commandNames)
  return 0
}
