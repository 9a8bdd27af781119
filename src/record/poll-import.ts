import { importStatuses, isRunning } from '../domain/imports/import-status.js'
import {
  headerOf,
  isObject,
  objectIn,
  type ReceivedResponse,
  type Send,
} from '../verify/message.js'
import { redact } from '../verify/redact.js'
import { requests } from '../verify/requests.js'
import type { Observation } from './timeline-of.js'

/** The service, the client and the pace of a recording. */
export interface PollOptions {
  readonly origin: string
  readonly clientId: string
  readonly clientSecret: string
  /** The time between two polls, in milliseconds. */
  readonly everyMs: number
  /** The time after which polling ends, in milliseconds. */
  readonly timeoutMs: number
}

/** The parts of the world that polling uses. */
export interface PollContext {
  readonly send: Send
  /** Resolves after some milliseconds, or once the signal is aborted. */
  readonly wait: (ms: number) => Promise<void>
  /** Milliseconds of a clock that nobody sets. */
  readonly now: () => number
  readonly signal?: AbortSignal | undefined
}

/** The states of an import, and the reason why polling ended before the import did. */
export interface Polled {
  readonly observations: readonly Observation[]
  readonly polls: number
  readonly stopped?: string
}

/** The import cannot be recorded: the service is not there, refuses the client, or does not know the id. */
export class RecordError extends Error {
  override readonly name = 'RecordError'
}

/** The longest time that `Retry-After` may ask for, in milliseconds. */
const longestPauseMs = 5 * 60_000

/** Polls an import until it ends, the time is over, or the signal is aborted. Throws a `RecordError` if there is nothing to record. */
export async function pollImport(
  referenceId: string,
  options: PollOptions,
  { send, wait, now, signal }: PollContext,
): Promise<Polled> {
  const { everyMs, timeoutMs, clientSecret } = options
  const observations: Observation[] = []
  let polls = 0
  let startedAt: number | undefined
  let token: string | undefined
  let lastTrouble = ''
  const beganAt = now()
  const stop = (stopped: string): Polled => {
    if (observations.length > 0) return { observations, polls, stopped }
    throw new RecordError(redact(stopped, [clientSecret, token ?? '']))
  }
  for (;;) {
    if (signal?.aborted) return stop('it was interrupted')
    if (now() - beganAt >= timeoutMs) {
      return stop(`the time is over${lastTrouble && `: ${lastTrouble}`}`)
    }
    let response: ReceivedResponse
    try {
      if (token === undefined) {
        const answer = await requestToken(send, options)
        if (typeof answer === 'string') token = answer
        else if (answer.status >= 500 || answer.status === 429) {
          lastTrouble = describe(answer, 'the token endpoint')
          await wait(pauseAfter(answer, everyMs))
          continue
        } else return stop(describe(answer, 'the token endpoint'))
      }
      response = await send(pollRequest(referenceId, token), 'poll')
    } catch (error) {
      lastTrouble = (error as Error).message
      // A service that was never there is a wrong address.
      if (startedAt === undefined && polls === 0) return stop(lastTrouble)
      await wait(everyMs)
      continue
    }
    polls += 1
    const state = stateIn(response)
    if (state !== undefined) {
      startedAt ??= now()
      observations.push({ atMs: now() - startedAt, state })
      if ('status' in state && !isRunning(state.status)) return { observations, polls }
    } else if (response.status === 401) {
      // A fresh token that is refused, too, will not be taken later.
      if (lastTrouble === refusedToken) return stop('the service refuses fresh tokens: 401')
      token = undefined
      lastTrouble = refusedToken
      continue
    } else if ([400, 403, 404].includes(response.status)) {
      return stop(describe(response, referenceId))
    }
    lastTrouble = state === undefined ? describe(response, 'the service') : ''
    await wait(pauseAfter(response, everyMs))
  }
}

const refusedToken = 'the token was refused'

async function requestToken(
  send: Send,
  { origin, clientId, clientSecret }: PollOptions,
): Promise<string | ReceivedResponse> {
  const facts = { origin, clientId, clientSecret }
  const spec = requests['token-multipart']
  const response = await send(
    {
      method: spec.method,
      path: spec.path,
      headers: spec.headers(),
      body: spec.body(facts),
    },
    'token',
  )
  return spec.learn(response).token ?? response
}

function pollRequest(referenceId: string, token: string) {
  return {
    method: 'GET',
    path: `/api/v1/upload/api/v1/status/${encodeURIComponent(referenceId)}`,
    headers: { authorization: `Bearer ${token}` },
  }
}

/** The state of the import in a response; undefined if it has none. A 500 with a message is a state that the contract has. */
function stateIn(response: ReceivedResponse): Observation['state'] | undefined {
  const { result, message } = objectIn(response)
  if (response.status === 500 && typeof message === 'string') return { error: message }
  if (response.status !== 200 || !isObject(result)) return undefined
  const status = importStatuses.find((it) => it === result.status)
  if (status === undefined) return undefined
  const { fileLine, messages } = result
  return {
    status,
    fileLine: Number.isSafeInteger(fileLine) ? Math.max(0, fileLine as number) : 0,
    messages: Array.isArray(messages) ? messages.map(String) : [],
  }
}

/** The time to the next poll: what `Retry-After` asks for, if that is longer. */
function pauseAfter(response: ReceivedResponse, everyMs: number): number {
  const seconds = Number(headerOf(response, 'retry-after'))
  return seconds > 0 ? Math.min(Math.max(everyMs, seconds * 1000), longestPauseMs) : everyMs
}

function describe(response: ReceivedResponse, who: string): string {
  return `${who}: ${response.status} ${redact(response.body, []).slice(0, 120)}`
}
