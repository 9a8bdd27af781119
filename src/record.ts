import type { Recording, RecordOptions } from './record/record-import.js'

/**
 * Polls an import of a service to its end, and returns a scenario in which it goes through the same states at the same seconds. It
 * goes on through expired tokens, overload and broken connections.
 *
 * @param referenceId - the import
 * @param options - the service, the client, and the pace
 * @returns the scenario, and the reason if the import was not followed to its end
 * @throws Error with the name `RecordError` if the service is not there, refuses the client, or does not know the id
 * @throws InputError for a wrong option
 *
 * @example
 * ```ts
 * const { scenario } = await recordImport('12345', { from: 'https://example.org', clientId, clientSecret })
 * await startEmulator({ fixtures: [scenario] })
 * ```
 */
export async function recordImport(
  referenceId: string,
  options: RecordOptions,
): Promise<Recording> {
  // Loaded late: most programs record nothing.
  const recorder = await import('./record/record-import.js')
  return recorder.recordImport(referenceId, options)
}
