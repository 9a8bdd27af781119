import type { MannersInput, Thresholds } from './domain/report/thresholds.js'
import type { EmulatorLogger } from './emulator/emulator-logger.js'
import type { FixtureSource } from './emulator/fixtures/load-fixtures.js'
import type { Environment } from './emulator/fixtures/placeholders.js'

/** pino's levels, and none. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

/** The level of the log. */
export type LogLevel = (typeof logLevels)[number]

/** The options of an emulator. Every field is optional. */
export interface EmulatorOptions {
  /**
   * The port to listen on; 0 takes any free one.
   * @defaultValue `0`, so that tests never meet; the command's default is 4080
   */
  readonly port?: number | undefined
  /**
   * The address to listen on.
   * @defaultValue `'127.0.0.1'`
   */
  readonly host?: string | undefined
  /**
   * The scenario: an object, the path or `file:` URL of a file or a folder of files (YAML or JSON), or several
   * of these.
   * @defaultValue the scenario that comes with the package, `fixtures/default.yaml`
   */
  readonly fixtures?: FixtureSource | URL | readonly (FixtureSource | URL)[] | undefined
  /**
   * A file into which the URL is written once it listens.
   * @defaultValue none
   */
  readonly readyFile?: string | undefined
  /**
   * True to load edits of fixture files as they are saved. A broken edit is logged and changes nothing.
   * @defaultValue `false`
   */
  readonly watch?: boolean | undefined
  /**
   * A file that keeps the whole state over restarts: all workspaces, and the signing key unless `signingKey` gives one. It is
   * read at the start if it exists, and written after changes, at most once a second, and at the end.
   * @defaultValue none
   */
  readonly state?: string | undefined
  /**
   * True to refuse `reset` and deletions in the main workspace, which others share.
   * @defaultValue `false`
   */
  readonly protectMain?: boolean | undefined
  /**
   * The number of requests that each workspace's journal keeps; 0 turns it off.
   * @defaultValue `1000`
   */
  readonly journalSize?: number | undefined
  /**
   * The approximate memory of each workspace's journal: bytes, or a text with a unit. Beyond it, the oldest
   * requests go first.
   * @defaultValue `'32MiB'`
   */
  readonly journalBytes?: number | string | undefined
  /**
   * The most named workspaces. Beyond it, the least recently used is evicted.
   * @defaultValue `100`
   */
  readonly maxWorkspaces?: number | undefined
  /**
   * The seed of every random choice: the same seed and the same requests give the same faults and ids.
   * @defaultValue `1`
   */
  readonly seed?: number | undefined
  /**
   * The largest file that an upload may have: bytes, or a text with a unit such as `'200MiB'`.
   * @defaultValue `'50MiB'`
   */
  readonly maxUploadSize?: number | string | undefined
  /**
   * The memory for result files and messages of uploads. Beyond it, the oldest are evicted first.
   * @defaultValue `'64MiB'`
   */
  readonly maxStoredBytes?: number | string | undefined
  /**
   * The rows of an upload that are imported in a second of the virtual clock. An import takes a second at least, so that
   * its first poll finds it pending; with 0 it is over at once.
   * @defaultValue `1000`
   */
  readonly rowsPerSecond?: number | undefined
  /**
   * The thresholds of the findings of the run report: a number of requests, a duration for `polls-too-fast` and
   * `never-polled-to-end`, or `'off'`.
   * @defaultValue those of docs/client-manners.md
   */
  readonly manners?: MannersInput | undefined
  /**
   * Further names in the `Host` header under which the control API and the sandbox page may be used. Addresses,
   * `localhost` and names without a dot always may.
   * @defaultValue none
   */
  readonly allowedHosts?: readonly string[] | undefined
  /**
   * A bearer token that the control API then asks for; the health check stays open.
   * @defaultValue none
   */
  readonly controlToken?: string | undefined
  /**
   * A file that holds the control token, in place of `controlToken`.
   * @defaultValue none
   */
  readonly controlTokenFile?: string | undefined
  /**
   * A private key of any asymmetric algorithm that `jose` signs with: PEM or JWK, or the path of a file that holds
   * one. Tokens then outlive a restart.
   * @defaultValue a fresh ES256 key at each start
   */
  readonly signingKey?: string | undefined
  /**
   * The issuer of tokens, an http or https URL without a slash at its end.
   * @defaultValue the URL it listens on; `http://localhost:<port>` when it listens on every address
   */
  readonly issuer?: string | undefined
  /**
   * The address under which clients reach it, where that is another one than it listens on: an ingress, a forwarded
   * port. Issuer, metadata, signed URLs and `settings` follow it. Its path is a prefix that requests may carry or not.
   * @defaultValue none
   */
  readonly publicUrl?: string | undefined
  /**
   * A PEM file with the certificate and the private key of the authority that signs for HTTPS. It is made if it is
   * missing, so that clients which trust it trust it after a restart, too.
   * @defaultValue an authority that ends with the process
   */
  readonly tlsCa?: string | undefined
  /**
   * Further host names for which a certificate is made, beside `localhost`, names below it, names without a dot,
   * `allowedHosts` and the host of `publicUrl`.
   * @defaultValue none
   */
  readonly tlsHosts?: readonly string[] | undefined
  /**
   * A PEM file with a certificate of yours, and those above it, in place of an authority. It needs `tlsKey`.
   * @defaultValue none
   */
  readonly tlsCert?: string | undefined
  /**
   * A PEM file with the private key of `tlsCert`.
   * @defaultValue none
   */
  readonly tlsKey?: string | undefined
  /**
   * A file into which the certificate is written that clients have to trust, before it listens.
   * @defaultValue none
   */
  readonly caFile?: string | undefined
  /**
   * The level of the log on standard output, in JSON lines.
   * @defaultValue `'silent'`; the command's default is `'info'`
   */
  readonly logLevel?: LogLevel | undefined
}

/** The options of `startEmulator`. Every field is optional. */
export interface StartOptions extends EmulatorOptions {
  /**
   * False to open no port: the emulator then takes requests by `inject` only.
   * @defaultValue `true`
   */
  readonly listen?: boolean | undefined
  /**
   * The values of placeholders such as `${CLIENT_SECRET}` in the fixtures.
   * @defaultValue `process.env`
   */
  readonly environment?: Environment | undefined
  /**
   * Receives the log in place of standard output: a pino logger, or an object with its methods.
   * @defaultValue a logger of the level `logLevel`
   */
  readonly logger?: EmulatorLogger | undefined
}

/** Options with every default filled in. */
export interface ResolvedOptions {
  readonly port: number
  readonly host: string
  readonly fixtures: readonly FixtureSource[]
  readonly readyFile: string | undefined
  readonly watch: boolean
  readonly state: string | undefined
  readonly protectMain: boolean
  readonly journalSize: number
  readonly journalBytes: number
  readonly maxWorkspaces: number
  readonly seed: number
  readonly maxUploadSize: number
  readonly maxStoredBytes: number
  readonly rowsPerSecond: number
  readonly manners: Thresholds
  readonly allowedHosts: readonly string[]
  readonly controlToken: string | undefined
  readonly controlTokenFile: string | undefined
  readonly signingKey: string | undefined
  readonly issuer: string | undefined
  readonly publicUrl: string | undefined
  readonly tlsCa: string | undefined
  readonly tlsHosts: readonly string[]
  readonly tlsCert: string | undefined
  readonly tlsKey: string | undefined
  readonly caFile: string | undefined
  readonly logLevel: LogLevel
}
