import { once } from 'node:events'
import { constants } from 'node:os'
import spawn from 'cross-spawn'
import type { CommandContext } from './command-context.js'

/**
 * Runs a program with these variables, hands signals on to it, and resolves to its exit code. On Windows, `npm` and its like are
 * `.cmd` files, which Node alone does not start.
 */
export async function execute(
  program: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  { err, onSignal }: Pick<CommandContext, 'err' | 'onSignal'>,
): Promise<number> {
  try {
    // Throws where the program has no name, or a text holds a NUL.
    const child = spawn(program, args, { stdio: 'inherit', env: environment })
    onSignal((signal) => {
      // A terminal sends Ctrl-C to the program itself.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
    })
    const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
    return code ?? 128 + constants.signals[signal as NodeJS.Signals]
  } catch (error) {
    // As a shell has it: 127 for a program that is not found, 126 for one that cannot be run.
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    err.write(`${program}: ${isMissing ? 'command not found' : 'cannot be run'}\n`)
    return isMissing ? 127 : 126
  }
}
