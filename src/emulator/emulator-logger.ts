/** Receives the lines of the log: a pino logger, or an object with these methods of one. */
export interface EmulatorLogger {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
  /** True if lines of this level are kept. Without `info`, requests are not logged, which saves time. */
  isLevelEnabled(level: 'info'): boolean
}
