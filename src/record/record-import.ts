import * as v from 'valibot'
import { durationSchema } from '../domain/duration.js'
import { InputError } from '../domain/errors.js'
import type { ImportFixture } from '../domain/fixture.js'
import { type Duration, toMs } from '../domain/milliseconds.js'
import { parseBySchema } from '../domain/schema.js'
import { escapePlaceholders } from '../emulator/fixtures/placeholders.js'
import { monotonicNow } from '../emulator/real-time.js'
import { createSend } from '../verify/send.js'
import {
  originOf,
  requireClient,
  type ServiceClient,
  waitUnless,
} from '../verify/service-client.js'
import { type PollContext, pollImport } from './poll-import.js'
import { importOf } from './timeline-of.js'

/** The options of `recordImport`. */
export interface RecordOptions extends ServiceClient {
  /** The address of the service, without a path: `https://example.org`. */
  readonly from: string
  /**
   * The time between two polls, a second or more.
   * @defaultValue `'5s'`
   */
  readonly every?: Duration | undefined
  /**
   * The time after which polling ends.
   * @defaultValue `'30m'`
   */
  readonly timeout?: Duration | undefined
  /**
   * Keeps the texts of messages, which may name people. Otherwise their number stays.
   * @defaultValue `false`
   */
  readonly messages?: boolean | undefined
  /** Ends the recording early. What was seen until then is the result. */
  readonly signal?: AbortSignal | undefined
}

/** A recorded import. It holds no secret and no token. */
export interface Recording {
  /** True if the import was followed until it was processed or failed. */
  readonly complete: boolean
  /** The reason why it was not. */
  readonly reason?: string
  /** The number of polls that got a response. */
  readonly polls: number
  /** A scenario with the import, which goes through the same states at the same seconds. */
  readonly scenario: { readonly imports: readonly [ImportFixture] }
}

/** Records an import: `recordImport` of the library, with the parts of the world that it uses. */
export async function recordImport(
  referenceId: string,
  options: RecordOptions,
  context: Partial<PollContext> = {},
): Promise<Recording> {
  const origin = originOf(options.from)
  requireClient(options)
  const { clientId, clientSecret, signal } = options
  const everyMs = durationOf('every', options.every ?? '5s', 1000)
  const timeoutMs = durationOf('timeout', options.timeout ?? '30m', 1)
  const { observations, polls, stopped } = await pollImport(
    referenceId,
    { origin, clientId, clientSecret, everyMs, timeoutMs },
    {
      send: context.send ?? (await createSend(origin, options)),
      wait: (ms) => waitUnless(signal, ms),
      now: monotonicNow,
      signal,
      ...context,
    },
  )
  const recorded = importOf(referenceId, observations, options.messages === true)
  return {
    complete: stopped === undefined,
    ...(stopped !== undefined && { reason: stopped }),
    polls,
    // A text of the service is no placeholder.
    scenario: { imports: [escapePlaceholders(recorded) as ImportFixture] },
  }
}

function durationOf(path: string, duration: Duration, leastMs: number): number {
  const parsed = parseBySchema(v.object({ [path]: durationSchema }), { [path]: duration })
  if ('mistakes' in parsed) throw new InputError(parsed.mistakes)
  const ms = toMs(duration)
  if (ms >= leastMs) return ms
  throw new InputError({ path, message: `"${duration}" must be at least a second: 1s` })
}
