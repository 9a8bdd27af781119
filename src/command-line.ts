import { parseArgs } from 'node:util'
import { type CommandName, commandNames, specOf } from './command-specs.js'
import { InputError } from './domain/errors.js'
import { listed, nearestName } from './domain/schema.js'
import { type OptionSpec, optionNames, optionSpecs } from './option-specs.js'

/** The flags that are no options of the emulator, each with the commands that have it. */
const commandFlags = new Map<string, CommandName[]>()
/** Those of them that have no value, each with its letter. */
const commandSwitches = new Map<string, string | undefined>()
for (const name of commandNames) {
  for (const [flag, { placeholder, short }] of Object.entries(specOf(name).flags ?? {})) {
    commandFlags.set(flag, [...(commandFlags.get(flag) ?? []), name])
    if (placeholder === undefined) commandSwitches.set(flag, short)
  }
}

/** A command line, taken apart. */
export interface CommandLine {
  readonly command: CommandName
  readonly operands: readonly string[]
  /** Each flag with its values, as text. */
  readonly flags: Readonly<Record<string, readonly string[]>>
}

/** Takes a command line apart. Throws an `InputError` for what it does not know. */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const optionSwitches = optionNames.flatMap((name) => {
    const { flag, placeholder }: OptionSpec<unknown> = optionSpecs[name]
    return placeholder === undefined ? [flag] : []
  })
  const switches = [...commandSwitches.keys(), ...optionSwitches]
  const valued = [...optionNames.map((name) => optionSpecs[name].flag), ...commandFlags.keys()]
  const { tokens } = parseArgs({
    args: [...args],
    options: {
      ...Object.fromEntries(valued.map((flag) => [flag.slice(2), { type: 'string' as const }])),
      ...Object.fromEntries(switches.map(switchOf)),
      help: { type: 'boolean', short: 'h' },
      version: { type: 'boolean', short: 'v' },
    },
    strict: false,
    allowPositionals: true,
    tokens: true,
  })

  const words: string[] = []
  const flags: Record<string, string[]> = {}
  const known = [...valued, ...switches, '--help', '--version']
  for (const token of tokens) {
    // From its first word on, a command line that `exec` runs belongs to the command, unchanged.
    if (words[0] === 'exec' && token.kind !== 'option') {
      words.push(...args.slice(token.kind === 'positional' ? token.index : token.index + 1))
      break
    }
    if (token.kind === 'positional') words.push(token.value)
    if (token.kind !== 'option') continue
    const flag = `--${token.name}`
    if (!known.includes(flag)) throw unknownName('flag', token.rawName, known)
    if (flag === '--help') return { command: 'help', operands: words.slice(0, 1), flags: {} }
    if (flag === '--version')
      return { command: 'help', operands: [], flags: { '--version': ['true'] } }
    const value = token.value ?? (switches.includes(flag) ? 'true' : undefined)
    // A flag in the place of a value: the value was forgotten. Written with `=`, it is meant.
    const isFlag = (text: string) => known.includes(text.split('=', 1)[0] as string)
    if (value === undefined || (!token.inlineValue && isFlag(value))) {
      throw new InputError({ path: flag, message: 'needs a value' })
    }
    flags[flag] = [...(flags[flag] ?? []), value]
  }
  const [command = 'serve', ...operands] = words
  if (!isCommandName(command)) throw unknownName('command', command, commandNames)
  for (const [flag, owners] of commandFlags) {
    if (flags[flag] === undefined || owners.includes(command)) continue
    throw new InputError({
      path: flag,
      message: `is a flag of the command ${listed(owners, 'or')}`,
    })
  }
  return { command, operands, flags }
}

function switchOf(flag: string) {
  const short = commandSwitches.get(flag)
  return [flag.slice(2), { type: 'boolean' as const, ...(short !== undefined && { short }) }]
}

export function isCommandName(word: string): word is CommandName {
  return (commandNames as readonly string[]).includes(word)
}

/** The mistake of a name that is none of the known ones. */
export function unknownName(kind: string, name: string, known: readonly string[]): InputError {
  const nearest = nearestName(name, known)
  const mend = nearest === undefined ? 'see tao-upload-emulator help' : `did you mean ${nearest}?`
  return new InputError({ path: name, message: `unknown ${kind}; ${mend}` })
}
