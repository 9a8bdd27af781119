/** A signal that ends a command. */
export type EndSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP'

/** The part of the process that a command uses. */
export interface CommandContext {
  /** The file that this process runs. */
  readonly script: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly in: NodeJS.ReadStream
  readonly out: NodeJS.WriteStream
  readonly err: NodeJS.WriteStream
  exit(code: number): void
  onSignal(handler: (signal: EndSignal) => void): void
}
