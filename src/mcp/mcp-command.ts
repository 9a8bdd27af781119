import { randomUUID } from 'node:crypto'
import { finished } from 'node:stream/promises'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import type { CommandContext } from '../command-context.js'
import type { CommandLine } from '../command-line.js'
import { createLog } from '../command-log.js'
import { connectEmulator } from '../connect.js'
import type { EmulatorControl } from '../domain/control/emulator-control.js'
import { isWorkspaceName, workspaceNameRule } from '../domain/control/workspace-name.js'
import { InputError } from '../domain/errors.js'
import { quoted } from '../domain/visible-text.js'
import { nextTurn } from '../emulator/real-time.js'
import type { ResolvedOptions } from '../emulator-options.js'
import { askRunning } from '../running-emulator.js'
import { startServer } from '../server.js'
import { createMcpServer } from './mcp-server.js'

/** The name by which the flag `--workspace` means the main workspace. */
const mainName = 'main'

/** The emulator behind the tools, and the function that ends what this process began. */
interface Session {
  readonly control: EmulatorControl
  end(): Promise<void>
}

/** Serves the tools over standard input and output until the input ends, and resolves to the exit code. */
export async function serveMcp(
  options: ResolvedOptions,
  flags: CommandLine['flags'],
  context: CommandContext,
): Promise<number> {
  const { control, end } = await openSession(options, flags, context)
  const { server, idle } = createMcpServer(control)
  context.onSignal(async () => {
    await end()
    context.exit(0)
  })
  if (context.in.isTTY) {
    context.err.write(
      'This command speaks to a coding agent over its input and output: /__docs/agents shows how to set it up. Ctrl-D ends it.\n',
    )
  }
  await server.connect(new StdioServerTransport(context.in, context.out))
  // A client that breaks off has nothing more to ask.
  await finished(context.in, { writable: false }).catch(() => {})
  // What it asked before still gets its responses: a turn to begin with the last requests, and one to write.
  await nextTurn()
  await idle()
  await nextTurn()
  await server.close()
  await end()
  return 0
}

async function openSession(
  options: ResolvedOptions,
  flags: CommandLine['flags'],
  context: CommandContext,
): Promise<Session> {
  const url = flags['--url']?.at(-1)?.trim()
  const workspace = flags['--workspace']?.at(-1)?.trim()
  if (workspace !== undefined && !isWorkspaceName(workspace)) {
    throw new InputError({
      path: '--workspace',
      message: `${quoted(workspace)} is no name of a workspace: it ${workspaceNameRule}`,
    })
  }
  const within = (control: EmulatorControl, name: string) =>
    name === mainName ? control : control.workspace(name)
  if (url === undefined) {
    const { logger, drain } = createLog(options.logLevel, context.err)
    const { running } = await startServer(options, context.environment, logger, 0)
    return {
      control: within(running, workspace ?? mainName),
      async end() {
        await running.close()
        await drain()
      },
    }
  }
  requireNoOptions(flags)
  await askRunning(url, options.controlToken, {}, (control) => control.workspaces.list())
  const main = connectEmulator(url, { controlToken: options.controlToken })
  const own = `mcp-${randomUUID().slice(0, 8)}`
  return {
    control: within(main, workspace ?? own),
    async end() {
      // It is gone, or never began to exist, or the emulator is gone.
      if (workspace === undefined) await main.workspaces.delete(own).catch(() => {})
    },
  }
}

const flagsWithUrl = ['--url', '--workspace', '--control-token', '--control-token-file']

/** An option for an emulator of its own would do nothing. */
function requireNoOptions(flags: CommandLine['flags']): void {
  const idle = Object.keys(flags).find((flag) => !flagsWithUrl.includes(flag))
  if (idle === undefined) return
  throw new InputError({
    path: idle,
    message: 'cannot be used together with --url: start the emulator with it',
  })
}
