/** The states of an import: `processing` is published, not documented, and only a scenario brings it about. */
export const importStatuses = ['processed', 'pending', 'processing', 'failed'] as const

/** The state of an import: `processing` is published, the others are documented. */
export type ImportStatus = (typeof importStatuses)[number]

/** The states of an import that has not ended. */
export const runningStatuses = ['pending', 'processing'] as const

/** Returns whether an import of this state has not ended yet. */
export function isRunning(status: string): boolean {
  return (runningStatuses as readonly string[]).includes(status)
}
