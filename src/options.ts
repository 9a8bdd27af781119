import { fileURLToPath } from 'node:url'
import * as v from 'valibot'
import { InputError, type Mistake } from './domain/errors.js'
import { listed, mapping, parseBySchema } from './domain/schema.js'
import { quoted } from './domain/visible-text.js'
import type { EmulatorLogger } from './emulator/emulator-logger.js'
import type { Environment } from './emulator/fixtures/placeholders.js'
import type { EmulatorOptions, ResolvedOptions, StartOptions } from './emulator-options.js'
import { type OptionName, type OptionSpec, optionNames, optionSpecs } from './option-specs.js'

const optionsSchema = mapping(
  Object.fromEntries(optionNames.map((name) => [name, v.optional(optionSpecs[name].schema)])),
)

/** The defaults of the library that differ from the command's: tests need separate ports and no output. */
const libraryDefaults = { port: 0, logLevel: 'silent' } as const

/** Checks the options of the library and fills in its defaults. Throws an `InputError`. */
export function resolveOptions(options: EmulatorOptions): ResolvedOptions {
  const parsed = parseBySchema(optionsSchema, options)
  if ('mistakes' in parsed) throw new InputError(parsed.mistakes)
  return withDefaults({ ...libraryDefaults, ...withoutUndefined(parsed.value) })
}

/** The options of `startEmulator`, with every default filled in. */
export interface ResolvedStartOptions extends ResolvedOptions {
  readonly listen: boolean
  readonly environment: Environment | undefined
  readonly logger: EmulatorLogger | undefined
}

/** Checks the options of `startEmulator` and fills in its defaults. Throws an `InputError`. */
export function resolveStartOptions(options: StartOptions): ResolvedStartOptions {
  const { listen = true, environment, logger, ...others } = requireMapping(options)
  const mistakes: Mistake[] = []
  const refuse = (path: string, message: string) => mistakes.push({ path, message })
  if (typeof listen !== 'boolean') refuse('listen', 'must be true or false')
  if (!listen && others.readyFile !== undefined) {
    refuse('readyFile', 'cannot be used together with listen: false')
  }
  if (environment !== undefined && (typeof environment !== 'object' || environment === null)) {
    refuse('environment', 'must be an object of texts, such as process.env')
  }
  if (logger !== undefined && !isLogger(logger)) {
    refuse(
      'logger',
      `must be a pino logger, or an object with the methods ${listed(methods, 'and')}`,
    )
  }
  if (logger !== undefined && others.logLevel !== undefined) {
    refuse('logLevel', 'cannot be used together with logger, which has a level of its own')
  }
  if (mistakes.length > 0) throw new InputError(mistakes)
  return { ...resolveOptions(others), listen, environment, logger }
}

function requireMapping(options: StartOptions): StartOptions {
  const isMapping = Object.prototype.toString.call(options) === '[object Object]'
  // The check of the options names the mistake.
  return isMapping ? options : resolveOptions(options)
}

const methods = ['info', 'warn', 'error', 'isLevelEnabled'] as const

function isLogger(logger: unknown): boolean {
  return methods.every(
    (name) => typeof (Object(logger) as Record<string, unknown>)[name] === 'function',
  )
}

/** The rules for the options of one command. */
export interface OptionRules {
  /** The options that the environment can set; by default all. */
  readonly fromEnvironment?: readonly OptionName[]
  readonly defaults?: Partial<ResolvedOptions>
}

/**
 * Reads options as text, from flags and the environment. Throws an `InputError` that names both.
 *
 * @param onIgnored - receives a sentence for each variable that is ignored because it means something else
 */
export function readOptions(
  flags: Readonly<Record<string, readonly string[]>>,
  environment: Readonly<Record<string, string | undefined>>,
  { fromEnvironment = optionNames, defaults = {} }: OptionRules = {},
  onIgnored: (note: string) => void = () => {},
): ResolvedOptions {
  const values: Record<string, unknown> = { ...defaults }
  const mistakes = []
  for (const name of optionNames) {
    const spec: OptionSpec<unknown> = optionSpecs[name]
    const flag = flags[spec.flag]?.map((text) => text.trim())
    const variable = fromEnvironment.includes(name) ? environment[spec.environment] : undefined
    const texts = (flag ?? [unwrap(variable ?? '', spec)]).flatMap((it) => splitText(it, spec))
    // A variable that is set to nothing is how compose files and shells leave one out.
    if (flag === undefined && texts.join('') === '') continue
    const ignored = flag === undefined && spec.ignored?.(texts.join())
    if (ignored) {
      onIgnored(`${spec.environment}: ${quoted(texts.join())} is ignored: ${ignored}`)
      continue
    }
    const { fromText = (text: string) => text } = spec
    const last = texts.at(-1) as string
    const parsed = parseBySchema(spec.schema, spec.multiple ? texts : fromText(last))
    const path = flag ? spec.flag : spec.environment
    if ('mistakes' in parsed) {
      for (const { keys, message } of parsed.mistakes) {
        const text = texts[keys[0] as number] ?? last
        const shown = spec.isSecret || text === '' ? message : `${quoted(text)} ${message}`
        mistakes.push({ path, message: shown })
      }
    } else values[name] = parsed.value
  }
  if (mistakes.length > 0) throw new InputError(mistakes)
  return withDefaults(oneControlToken(values, flags))
}

/** A flag wins over the environment, also where one of them names the token and the other one its file. */
function oneControlToken(
  values: Readonly<Record<string, unknown>>,
  flags: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const { controlToken, controlTokenFile, ...rest } = values
  const token = flags[optionSpecs.controlToken.flag]
  const file = flags[optionSpecs.controlTokenFile.flag]
  if (token && !file) return { ...rest, controlToken }
  return file && !token ? { ...rest, controlTokenFile } : { ...values }
}

/**
 * A value as environment files have it: with blanks or a carriage return around it, or in quotes that no shell removed.
 * Quotes may belong to a secret.
 */
function unwrap(text: string, { isSecret }: OptionSpec<unknown>): string {
  const trimmed = text.trim()
  return isSecret ? trimmed : trimmed.replace(/^(["'])(.*)\1$/s, '$2').trim()
}

/** The parts of a text that are not empty; one that has no other is left as an empty one. */
function splitText(text: string, { separator }: OptionSpec<unknown>): string[] {
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
