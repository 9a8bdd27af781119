import { parseArgs } from 'node:util'
import { InputError } from './domain/errors.js'
import { listed, nearestName } from './domain/schema.js'
import { type OptionSpec, optionNames, optionSpecs } from './option-specs.js'

export const commandNames = [
  'serve',
  'check',
  'exec',
  'export',
  'token',
  'why',
  'mcp',
  'ca',
  'verify',
  'record',
  'help',
] as const

export type CommandName = (typeof commandNames)[number]

/** Flags that are no options of the emulator, and the commands that have them. */
const commandFlags: Readonly<Record<string, readonly CommandName[]>> = {
  '--url': ['token', 'why', 'ca', 'export', 'mcp'],
  '--workspace': ['mcp'],
  '--client': ['token'],
  '--scope': ['token'],
  '--flaw': ['token'],
  '--https': ['exec'],
  '--report': ['exec'],
  '--require': ['exec'],
  '--forbid': ['exec'],
  '--fail-on-unexpected': ['exec'],
  '--quiet': ['exec'],
  '--format': ['export', 'verify'],
  '--secrets': ['export'],
  '--output': ['export', 'verify', 'record'],
  '--from': ['record'],
  '--every': ['record'],
  '--timeout': ['record'],
  '--messages': ['record'],
  '--client-id': ['verify', 'record'],
  '--client-secret': ['verify', 'record'],
  '--unscoped-client-id': ['verify'],
  '--unscoped-client-secret': ['verify'],
  '--reference-id': ['verify'],
  '--upload': ['verify'],
  '--ca': ['verify', 'record'],
  '--insecure': ['verify', 'record'],
  '--write-scenario': ['verify'],
}

/** Those of them that have no value. */
const commandSwitches = [
  '--https',
  '--secrets',
  '--fail-on-unexpected',
  '--quiet',
  '--insecure',
  '--messages',
]

/** A command line, taken apart. */
export interface CommandLine {
  readonly command: CommandName
  readonly operands: readonly string[]
  /** Each flag with its values, as text. */
  readonly flags: Readonly<Record<string, readonly string[]>>
}

/** Takes a command line apart. Throws an `InputError` for what it does not know. */
export function parseCommandLine(args: readonly string[]): CommandLine {
  const switches = [
    ...commandSwitches,
    ...optionNames.flatMap((name) => {
      const { flag, placeholder }: OptionSpec<unknown> = optionSpecs[name]
      return placeholder === undefined ? [flag] : []
    }),
  ]
  const valued = [
    ...optionNames.map((name) => optionSpecs[name].flag),
    ...Object.keys(commandFlags),
  ]
  const { tokens } = parseArgs({
    args: [...args],
    options: {
      ...Object.fromEntries(valued.map((flag) => [flag.slice(2), { type: 'string' as const }])),
      ...Object.fromEntries(switches.map((flag) => [flag.slice(2), { type: 'boolean' as const }])),
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
    if (!known.includes(flag)) throw unknown('flag', token.rawName, known)
    if (flag === '--help') return { command: 'help', operands: [], flags: {} }
    if (flag === '--version') return { command: 'help', operands: ['version'], flags: {} }
    const value = token.value ?? (switches.includes(flag) ? 'true' : undefined)
    // A flag in the place of a value: the value was forgotten. Written with `=`, it is meant.
    const isFlag = (text: string) => known.includes(text.split('=', 1)[0] as string)
    if (value === undefined || (!token.inlineValue && isFlag(value))) {
      throw new InputError({ path: flag, message: 'needs a value' })
    }
    flags[flag] = [...(flags[flag] ?? []), value]
  }
  const [command = 'serve', ...operands] = words
  if (!isCommandName(command)) throw unknown('command', command, commandNames)
  for (const [flag, owners] of Object.entries(commandFlags)) {
    if (flags[flag] === undefined || owners.includes(command)) continue
    throw new InputError({
      path: flag,
      message: `is a flag of the command ${listed(owners, 'or')}`,
    })
  }
  return { command, operands, flags }
}

function isCommandName(word: string): word is CommandName {
  return (commandNames as readonly string[]).includes(word)
}

function unknown(kind: string, name: string, known: readonly string[]): InputError {
  const nearest = nearestName(name, known)
  const mend = nearest === undefined ? 'see tao-upload-emulator help' : `did you mean ${nearest}?`
  return new InputError({ path: name, message: `unknown ${kind}; ${mend}` })
}
