import type { FindingCode } from './findings.js'
import type { ClientCounts, Tally } from './report-state.js'

/*
 * The manners: each is a pure function over the counts of one client. It returns the requests that show the finding, and the
 * facts in words.
 */

/** The facts of a client. */
export interface ClientFacts extends ClientCounts {
  readonly name: string
  readonly unfinished: Unfinished
}

/** The imports that ended after the last poll of their client, with the ids of these polls. */
export interface Unfinished extends Tally {
  /** One of the imports. */
  readonly first: string
  /** The longest time since their last polls, in milliseconds. */
  longestMs: number
}

interface Judgement {
  readonly tally: Tally
  readonly sentence: string
}

/** Judges a client by a threshold. Undefined if it has good manners. */
type Manner = (client: ClientFacts, threshold: number) => Judgement | undefined

/** The least polls that are too fast, so that one that happens to be early is none. */
const leastFastPolls = 3

/** The one table of findings: it does not compile without each of them. */
export const manners: Readonly<Record<FindingCode, Manner>> = {
  'token-per-request': ({ name, tokens, requests, spareTokens, spareLifetimeMs }, threshold) =>
    spareTokens.count < threshold || spareTokens.count * 2 <= requests
      ? undefined
      : {
          tally: spareTokens,
          sentence: `${name} fetched ${times(tokens, 'access token')} for ${times(requests, 'request')}; one was valid for ${inWords(spareLifetimeMs)}`,
        },
  'token-not-renewed': ({ name, expiredUses }, threshold) =>
    atLeast(expiredUses, threshold, (count) => {
      const again = times(count, 'more request')
      return `${name} sent ${again} with an access token that had been refused as expired, and fetched no new one`
    }),
  'polls-too-fast': ({ name, fastPolls, fastImport, shortestPollMs }, thresholdMs) =>
    atLeast(fastPolls, Number.isFinite(thresholdMs) ? leastFastPolls : thresholdMs, (count) => {
      const shortest = `the shortest time was ${inWords(shortestPollMs)}`
      return `${name} polled ${times(count, 'time')} less than ${inWords(thresholdMs)} after its last poll, first the import ${fastImport}; ${shortest}`
    }),
  'polls-after-end': ({ name, latePolls, lateImport }, threshold) =>
    atLeast(
      latePolls,
      threshold,
      (count) =>
        `${name} polled ${times(count, 'time')} after the end of an import that it had seen, first the import ${lateImport}`,
    ),
  'ignores-retry-after': ({ name, earlyRetries }, threshold) =>
    atLeast(
      earlyRetries,
      threshold,
      (count) => `${name} came again ${times(count, 'time')} before the time of Retry-After`,
    ),
  'retries-refusal': ({ name, repeatedRefusals, repeatedRefusal }, threshold) =>
    atLeast(
      repeatedRefusals,
      threshold,
      (count) =>
        `${name} repeated ${times(count, 'request')} that had just been refused, first ${repeatedRefusal}`,
    ),
  'gives-up-early': ({ name, abandoned }, threshold) =>
    atLeast(
      abandoned,
      threshold,
      (count) => `${name} closed the connection before the response of ${times(count, 'request')}`,
    ),
  'never-polled-to-end': ({ name, unfinished }, thresholdMs) =>
    atLeast(unfinished, Number.isFinite(thresholdMs) ? 1 : thresholdMs, (count) => {
      const last = `it last polled ${inWords(unfinished.longestMs)} ago`
      return `${name} never saw the end of ${times(count, 'import')}, first ${unfinished.first}, which ended since; ${last}`
    }),
  'connection-per-request': ({ name, connections, carried }, threshold) =>
    connections.count * 2 <= carried
      ? undefined
      : atLeast(
          connections,
          threshold,
          (count) =>
            `${name} opened ${times(count, 'connection')} within 5 s of its last request, for ${times(carried, 'request')}`,
        ),
  'secret-in-url': ({ name, secretUrls }, threshold) =>
    atLeast(
      secretUrls,
      threshold,
      (count) => `${name} sent ${times(count, 'request')} with a secret in the query of the URL`,
    ),
}

function atLeast(
  tally: Tally,
  threshold: number,
  sentenceOf: (count: number) => string,
): Judgement | undefined {
  return tally.count < threshold ? undefined : { tally, sentence: sentenceOf(tally.count) }
}

/** `1 request`, `2 requests` */
export function times(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** A time with the unit that a person would take. */
export function inWords(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 120_000) return `${Math.round(ms / 100) / 10} s`
  return ms < 7_200_000 ? `${Math.round(ms / 60_000)} min` : `${Math.round(ms / 3_600_000)} h`
}
