import { fileURLToPath } from 'node:url'
import * as v from 'valibot'
import { InputError } from './domain/errors.js'
import { mapping, parseBySchema, text, wholeNumber, word } from './domain/schema.js'
import { sizeSchema } from './domain/size.js'
import { defaultFixtures } from './emulator/package-files.js'
import { type EmulatorOptions, logLevels, type ResolvedOptions } from './emulator-options.js'

export interface OptionSpec<T> {
  readonly flag: string
  readonly environment: string
  /** What stands for the value in the help; a switch takes none. */
  readonly placeholder?: string
  readonly multiple?: true
  /** What stands between several values in one text. */
  readonly separator?: RegExp
  readonly schema: v.GenericSchema
  /** How a flag or the environment writes the value, where it is no text. */
  readonly fromText?: (text: string) => unknown
  readonly default: T
  /** The default in words, where the value itself does not tell it. */
  readonly defaultText?: string
  readonly help: string
}

const digitsToNumber = (text: string) => (/^\d+$/.test(text) ? Number(text) : text)

const nonEmpty = v.pipe(text, v.minLength(1, 'must not be empty'))

/** As a `Host` header has it: international names in their ASCII form. */
const hostName = v.pipe(
  text,
  v.regex(
    /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d+)?$/i,
    'must be a host name such as tao.example, without scheme, path or wildcard',
  ),
)

const issuerUrl = v.pipe(
  text,
  v.check(
    (value) => URL.canParse(value) && /^https?:\/\/[^?#]*[^?#/]$/.test(value),
    'must be an http or https URL without query, fragment or slash at its end',
  ),
)

/** The one table of options: the flags, the environment, the library, the help and the README follow it. */
export const optionSpecs: {
  readonly [K in keyof ResolvedOptions]: OptionSpec<ResolvedOptions[K]>
} = {
  port: {
    flag: '--port',
    environment: 'PORT',
    placeholder: 'NUMBER',
    schema: wholeNumber(0, 65_535),
    fromText: digitsToNumber,
    default: 4080,
    help: 'port to listen on; 0: any free port',
  },
  host: {
    flag: '--host',
    environment: 'HOST',
    placeholder: 'ADDRESS',
    schema: nonEmpty,
    default: '127.0.0.1',
    help: 'address to listen on; the image says 0.0.0.0',
  },
  fixtures: {
    flag: '--fixtures',
    environment: 'TAO_EMULATOR_FIXTURES',
    placeholder: 'PATH',
    multiple: true,
    // What they hold is checked as they are loaded.
    schema: v.pipe(
      v.unknown(),
      v.check((sources) => ![sources].flat().includes(''), 'must not be empty'),
    ),
    default: [defaultFixtures],
    defaultText: "the package's default scenario",
    help: 'file or folder of scenarios; may repeat',
  },
  readyFile: {
    flag: '--ready-file',
    environment: 'TAO_EMULATOR_READY_FILE',
    placeholder: 'PATH',
    schema: nonEmpty,
    default: undefined,
    help: 'file into which the URL is written once it listens',
  },
  watch: {
    flag: '--watch',
    environment: 'TAO_EMULATOR_WATCH',
    schema: v.boolean('must be true or false'),
    fromText: (word) => ({ true: true, '1': true, false: false, '0': false })[word] ?? word,
    default: false,
    defaultText: 'off',
    help: 'load edits of the fixtures as they are saved',
  },
  journalSize: {
    flag: '--journal-size',
    environment: 'TAO_EMULATOR_JOURNAL_SIZE',
    placeholder: 'NUMBER',
    schema: wholeNumber(0, 1_000_000),
    fromText: digitsToNumber,
    default: 1000,
    help: 'requests that the journal keeps; 0 turns it off',
  },
  journalBytes: {
    flag: '--journal-bytes',
    environment: 'TAO_EMULATOR_JOURNAL_BYTES',
    placeholder: 'SIZE',
    schema: sizeSchema,
    default: 32 * 1024 ** 2,
    defaultText: '32MiB',
    help: 'memory that the journal of a workspace takes; the oldest requests go first',
  },
  signingKey: {
    flag: '--signing-key',
    environment: 'TAO_EMULATOR_SIGNING_KEY',
    placeholder: 'PATH',
    schema: nonEmpty,
    default: undefined,
    defaultText: 'a fresh key at start',
    help: 'PEM or JWK of a private key, or the path of its file: tokens outlive a restart',
  },
  issuer: {
    flag: '--issuer',
    environment: 'TAO_EMULATOR_ISSUER',
    placeholder: 'URL',
    schema: issuerUrl,
    default: undefined,
    defaultText: 'the URL it listens on',
    help: 'issuer of tokens; where it listens on every address, http://localhost:PORT',
  },
  seed: {
    flag: '--seed',
    environment: 'TAO_EMULATOR_SEED',
    placeholder: 'NUMBER',
    schema: wholeNumber(0, 4_294_967_295),
    fromText: digitsToNumber,
    default: 1,
    help: 'where every random choice starts',
  },
  maxUploadSize: {
    flag: '--max-upload-size',
    environment: 'TAO_EMULATOR_MAX_UPLOAD_SIZE',
    placeholder: 'SIZE',
    schema: sizeSchema,
    default: 50 * 1024 ** 2,
    defaultText: '50MiB',
    help: 'largest file that an upload may have; a larger one is 413',
  },
  maxStoredBytes: {
    flag: '--max-stored-bytes',
    environment: 'TAO_EMULATOR_MAX_STORED_BYTES',
    placeholder: 'SIZE',
    schema: sizeSchema,
    default: 64 * 1024 ** 2,
    defaultText: '64MiB',
    help: 'result files and messages of uploads that are kept in memory; the oldest goes first',
  },
  rowsPerSecond: {
    flag: '--rows-per-second',
    environment: 'TAO_EMULATOR_ROWS_PER_SECOND',
    placeholder: 'NUMBER',
    schema: wholeNumber(0, 1_000_000_000),
    fromText: digitsToNumber,
    default: 1000,
    help: 'rows of an upload that go in a second; 0: at once',
  },
  maxWorkspaces: {
    flag: '--max-workspaces',
    environment: 'TAO_EMULATOR_MAX_WORKSPACES',
    placeholder: 'NUMBER',
    schema: wholeNumber(1, 100_000),
    fromText: digitsToNumber,
    default: 100,
    help: 'named workspaces; the one unused for longest makes room',
  },
  allowedHosts: {
    flag: '--allowed-host',
    environment: 'TAO_EMULATOR_ALLOWED_HOSTS',
    placeholder: 'NAME',
    multiple: true,
    separator: /[\s,]+/,
    schema: v.array(hostName, 'must be a list'),
    default: [],
    defaultText: 'none',
    help: 'further Host name under which /__control and /__sandbox may be used; may repeat, or name several with commas',
  },
  controlToken: {
    flag: '--control-token',
    environment: 'TAO_EMULATOR_CONTROL_TOKEN',
    placeholder: 'TOKEN',
    schema: nonEmpty,
    default: undefined,
    help: 'bearer token that /__control then requires',
  },
  logLevel: {
    flag: '--log-level',
    environment: 'LOG_LEVEL',
    placeholder: 'LEVEL',
    schema: word(logLevels),
    default: 'info',
    help: `${logLevels.slice(0, -1).join(', ')} or silent`,
  },
}

export type OptionName = keyof ResolvedOptions

export const optionNames = Object.keys(optionSpecs) as readonly OptionName[]

const optionsSchema = mapping(
  Object.fromEntries(optionNames.map((name) => [name, v.optional(optionSpecs[name].schema)])),
)

/** What the library does otherwise than the command: tests must not meet, and want no noise. */
const libraryDefaults = { port: 0, logLevel: 'silent' } as const

/** Checks the options of the library and fills in its defaults. Throws an `InputError`. */
export function resolveOptions(options: EmulatorOptions): ResolvedOptions {
  const parsed = parseBySchema(optionsSchema, options)
  if ('mistakes' in parsed) throw new InputError(parsed.mistakes)
  return withDefaults({ ...libraryDefaults, ...withoutUndefined(parsed.value) })
}

/** What is particular about the options of a command. */
export interface OptionRules {
  /** Which options the environment can set; by default all of them. */
  readonly fromEnvironment?: readonly OptionName[]
  readonly defaults?: Partial<ResolvedOptions>
}

/** Reads options as text, from flags and the environment. Throws an `InputError` that names both. */
export function readOptions(
  flags: Readonly<Record<string, readonly string[]>>,
  environment: Readonly<Record<string, string | undefined>>,
  { fromEnvironment = optionNames, defaults = {} }: OptionRules = {},
): ResolvedOptions {
  const values: Record<string, unknown> = { ...defaults }
  const mistakes = []
  for (const name of optionNames) {
    const spec: OptionSpec<unknown> = optionSpecs[name]
    const flag = flags[spec.flag]
    const variable = fromEnvironment.includes(name) ? environment[spec.environment] : undefined
    const texts = (flag ?? [variable ?? '']).flatMap((text) => splitText(text, spec.separator))
    // A variable that is set to nothing is how compose files and shells leave one out.
    if (flag === undefined && texts.join('') === '') continue
    const { fromText = (text: string) => text } = spec
    const value = spec.multiple ? texts : fromText(texts.at(-1) as string)
    const parsed = parseBySchema(spec.schema, value)
    const path = flag ? spec.flag : spec.environment
    if ('mistakes' in parsed) mistakes.push(...parsed.mistakes.map((it) => ({ ...it, path })))
    else values[name] = parsed.value
  }
  if (mistakes.length > 0) throw new InputError(mistakes)
  return withDefaults(values)
}

/** The parts of a text that are not empty; one that has no other is left as an empty one. */
function splitText(text: string, separator: RegExp | undefined): string[] {
  const parts = separator === undefined ? [text] : text.split(separator).filter(Boolean)
  return parts.length > 0 ? parts : ['']
}

function withDefaults(values: Readonly<Record<string, unknown>>): ResolvedOptions {
  const defaults = optionNames.map((name) => [name, optionSpecs[name].default])
  const { fixtures, ...rest } = { ...Object.fromEntries(defaults), ...values }
  const paths = [fixtures].flat().map((it) => (it instanceof URL ? fileURLToPath(it) : it))
  return { ...rest, fixtures: paths }
}

function withoutUndefined(values: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}
