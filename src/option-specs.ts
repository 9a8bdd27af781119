import { isIP } from 'node:net'
import * as v from 'valibot'
import { defaultThresholds, mannersSchema } from './domain/report/thresholds.js'
import { text, wholeNumber, without, word } from './domain/schema.js'
import { sizeSchema } from './domain/size.js'
import { oddityOf } from './domain/visible-text.js'
import { defaultFixtures } from './emulator/package-files.js'
import { isAddress, isLocalAddress } from './emulator/tls/addresses.js'
import { logLevels, type ResolvedOptions } from './emulator-options.js'

/** One option: its flag, its variable, and how its value is read. */
export interface OptionSpec<T> {
  readonly flag: string
  readonly environment: string
  /** The placeholder of the value in the help; absent for a switch. */
  readonly placeholder?: string
  readonly multiple?: true
  /** The separator of several values in one text. */
  readonly separator?: RegExp
  readonly schema: v.GenericSchema
  /** Parses the text of a flag or variable, if the value is no text. */
  readonly fromText?: (text: string) => unknown
  /** Says why a value in the environment means something else, which the option then ignores. */
  readonly ignored?: (text: string) => string | undefined
  /** No message shows the value. */
  readonly isSecret?: true
  readonly default: T
  /** The default in words, where the value itself does not tell it. */
  readonly defaultText?: string
  readonly help: string
}

const digitsToNumber = (text: string) => (/^\d+$/.test(text) ? Number(text) : text)

const textToBoolean = (text: string) =>
  ({ true: true, '1': true, false: false, '0': false })[text.toLowerCase()] ?? text

const toLowerCase = (text: string) => text.toLowerCase()

/** Kubernetes sets variables such as `PORT=tcp://10.0.0.1:4080` in every container, for the services that it finds. */
const portMistake = (input: unknown) =>
  /^[a-z]+:\/\//i.test(String(input))
    ? 'must be a whole number from 0 to 65535. Kubernetes sets such addresses for services: set enableServiceLinks: false in the pod, or use --port'
    : undefined

/** The targets of compilers, to which conda's activation scripts set `HOST`. */
const compilerTarget = /^\w+-(?:conda\w*|apple|pc|unknown|w64)-(?:linux|darwin|mingw)[\w.-]*$/i

const address = v.pipe(
  text,
  v.minLength(1, 'must not be empty'),
  v.transform((value) => value.replace(/^\[(.*)\]$/, '$1')),
  v.check(
    (value) => value === '' || isIP(value) !== 0 || /^[\p{L}\p{N}._-]+$/u.test(value),
    'must be an address or a host name, such as 127.0.0.1, without scheme and port',
  ),
)

/** Clients send it in a header, which takes no other characters. */
const bearerToken = v.pipe(text, v.minLength(1, 'must not be empty'), without(controlTokenMistake))

/** Says why no request can bear a control token. The message never shows the token. */
export function controlTokenMistake(token: string): string | undefined {
  if (/^[\x20-\x7e\xa1-\xff]*$/.test(token)) return undefined
  const names = oddityOf(token)?.names ?? 'a control character or one beyond Latin-1'
  return `must hold only characters that a header can hold, but it holds ${names}`
}

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

const publicUrl = v.pipe(
  text,
  v.check(
    (value) => URL.canParse(value) && /^https?:\/\/[^?#@]+$/i.test(value),
    'must be an http or https URL without user, query or fragment',
  ),
  v.transform((value) => new URL(value).href.replace(/\/+$/, '')),
)

const tlsHost = v.pipe(
  text,
  v.transform((value) => value.replace(/^\[(.*)\]$/, '$1')),
  v.check(
    (value) => isAddress(value) || /^(?:[\w-]+\.)*[\w-]+$/.test(value),
    'must be a host name such as tao.example, without scheme, port, path or wildcard',
  ),
  v.check(
    (value) => !isAddress(value) || isLocalAddress(value),
    'is an address of the Internet, for which the authority does not sign: use --tls-cert and --tls-key',
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
    schema: wholeNumber(0, 65_535, portMistake),
    fromText: digitsToNumber,
    default: 4080,
    help: 'port to listen on; 0: any free port',
  },
  host: {
    flag: '--host',
    environment: 'HOST',
    placeholder: 'ADDRESS',
    schema: address,
    ignored: (value) =>
      compilerTarget.test(value) ? 'conda sets it to the target of its compiler' : undefined,
    default: '127.0.0.1',
    help: 'address to listen on; the image says 0.0.0.0',
  },
  fixtures: {
    flag: '--fixtures',
    environment: 'TAO_EMULATOR_FIXTURES',
    placeholder: 'PATH',
    multiple: true,
    // The contents are checked as the files are loaded.
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
    fromText: textToBoolean,
    default: false,
    defaultText: 'off',
    help: 'load edits of the fixtures as they are saved',
  },
  state: {
    flag: '--state',
    environment: 'TAO_EMULATOR_STATE',
    placeholder: 'PATH',
    schema: nonEmpty,
    default: undefined,
    help: 'file that keeps the whole state over restarts, created if it is missing',
  },
  protectMain: {
    flag: '--protect-main',
    environment: 'TAO_EMULATOR_PROTECT_MAIN',
    schema: v.boolean('must be true or false'),
    fromText: textToBoolean,
    default: false,
    defaultText: 'off',
    help: 'refuse reset and deletions in the main workspace',
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
  manners: {
    flag: '--manners',
    environment: 'TAO_EMULATOR_MANNERS',
    placeholder: 'FINDING=THRESHOLD',
    multiple: true,
    separator: /[\s,]+/,
    schema: mannersSchema,
    default: defaultThresholds,
    defaultText: 'those of docs/client-manners.md',
    help: 'threshold of a finding of the run report, such as polls-too-fast=2s, or off; may repeat, or name several with commas',
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
    schema: bearerToken,
    isSecret: true,
    default: undefined,
    help: 'bearer token that /__control then requires; every user of the machine sees the flag, so use the variable or a file',
  },
  controlTokenFile: {
    flag: '--control-token-file',
    environment: 'TAO_EMULATOR_CONTROL_TOKEN_FILE',
    placeholder: 'PATH',
    schema: nonEmpty,
    default: undefined,
    help: 'file that holds the control token, such as a mounted secret',
  },
  publicUrl: {
    flag: '--public-url',
    environment: 'TAO_EMULATOR_PUBLIC_URL',
    placeholder: 'URL',
    schema: publicUrl,
    default: undefined,
    help: 'address under which clients reach it through a proxy or a forwarded port; its path is a prefix',
  },
  tlsCa: {
    flag: '--tls-ca',
    environment: 'TAO_EMULATOR_TLS_CA',
    placeholder: 'PATH',
    schema: nonEmpty,
    default: undefined,
    defaultText: 'an authority that ends with the process',
    help: 'PEM file of the certificate authority for HTTPS, created if it is missing',
  },
  tlsHosts: {
    flag: '--tls-host',
    environment: 'TAO_EMULATOR_TLS_HOSTS',
    placeholder: 'NAME',
    multiple: true,
    separator: /[\s,]+/,
    schema: v.array(tlsHost, 'must be a list'),
    default: [],
    defaultText: 'none',
    help: 'further host name of the certificates; may repeat, or name several with commas',
  },
  tlsCert: {
    flag: '--tls-cert',
    environment: 'TAO_EMULATOR_TLS_CERT',
    placeholder: 'PATH',
    schema: nonEmpty,
    default: undefined,
    help: 'PEM file of your own certificate for HTTPS, in place of the authority',
  },
  tlsKey: {
    flag: '--tls-key',
    environment: 'TAO_EMULATOR_TLS_KEY',
    placeholder: 'PATH',
    schema: nonEmpty,
    default: undefined,
    help: 'PEM file of the private key of --tls-cert',
  },
  caFile: {
    flag: '--ca-file',
    environment: 'TAO_EMULATOR_CA_FILE',
    placeholder: 'PATH',
    schema: nonEmpty,
    default: undefined,
    help: 'file into which the certificate is written that clients have to trust',
  },
  logLevel: {
    flag: '--log-level',
    environment: 'LOG_LEVEL',
    placeholder: 'LEVEL',
    schema: word(logLevels),
    fromText: toLowerCase,
    default: 'info',
    help: `${logLevels.slice(0, -1).join(', ')} or silent`,
  },
}

export type OptionName = keyof ResolvedOptions

export const optionNames = Object.keys(optionSpecs) as readonly OptionName[]
