import type { CommandContext } from '../command-context.js'

type Environment = CommandContext['environment']

/** Returns whether a person reads an output: a terminal, but not that of a pipeline. */
export function isTerminal({ isTTY }: { readonly isTTY?: boolean }, { CI }: Environment): boolean {
  return isTTY === true && !CI
}

/** Returns whether an output takes colours: https://no-color.org. */
export function isColoured(
  { isTTY }: { readonly isTTY?: boolean },
  { NO_COLOR, TERM }: Environment,
): boolean {
  return isTTY === true && !NO_COLOR && TERM !== 'dumb'
}
