import type { JournalEntry } from './journal.js'
import type { Operation } from './operations.js'
import type { ReasonCode } from './reason.js'
import type { Check, ReasonText } from './reason-texts.js'

/** The result of a check. `unknown` is a check that did not run, or that no entry tells of. */
export type CheckResult = 'passed' | 'failed' | 'unknown'

/** The explanation of a response, for people. */
export interface Explanation {
  /** The checks of the operation in their order, each with its result. */
  readonly checks: readonly { readonly check: Check; readonly result: CheckResult }[]
  /** The value that the failed check expects. Undefined if none failed. */
  readonly expected: string | undefined
  /** The value that it received. */
  readonly received: string | undefined
  /** The next step. Empty if none is needed. */
  readonly next: string
  /** True if a fresh token solves it. */
  readonly needsToken: boolean
}

const bearerChecks = [
  'head',
  'token',
  'signature',
  'claims',
  'time',
  'client',
  'scope',
  'fault',
] as const

/** The checks of each operation, in the order of the pipeline. */
const checksOf = {
  token: ['head', 'form', 'fault', 'client', 'grant', 'scope'],
  upload: [...bearerChecks, 'file'],
  status: [...bearerChecks, 'import'],
  download: [...bearerChecks, 'import'],
  result: ['head', 'fault', 'link', 'import'],
  jwks: ['head', 'fault'],
  metadata: ['head', 'fault'],
} satisfies Record<Operation, readonly Check[]>

/**
 * Explains the response of a journal entry.
 * @param text - the text of its reason
 */
export function explain(entry: JournalEntry, text: ReasonText): Explanation {
  const { operation, reason } = entry
  const { failed, expected, next, needsToken = false } = text
  const order: readonly Check[] = operation === null ? ['head', 'path'] : checksOf[operation]
  const isCheck = failed !== 'none' && failed !== 'unknown'
  // A refusal may come from a check that other requests of the operation never meet, such as a wrong method.
  const checks =
    isCheck && !order.includes(failed) ? ['head' as const, failed, ...order.slice(1)] : order
  const end = isCheck ? checks.indexOf(failed) : checks.length
  return {
    checks: checks.map((check, index) => ({ check, result: resultAt(index) })),
    expected: isCheck ? expected : undefined,
    received: isCheck ? (receivedOf[reason.code]?.(entry) ?? reason.message) : undefined,
    next,
    needsToken,
  }

  function resultAt(index: number): CheckResult {
    if (index === end) return 'failed'
    // A fault applies to refusals too: the checks before it may have failed.
    if (index > end || failed === 'unknown' || failed === 'fault') return 'unknown'
    return 'passed'
  }
}

/** The values that a request has and its reason does not quote. */
const receivedOf: Partial<Record<ReasonCode, (entry: JournalEntry) => string>> = {
  'token-missing': ({ request }) => request.headers.authorization ?? 'no Authorization header',
  'token-malformed': ({ request, reason }) =>
    `${request.headers.authorization ?? ''}: ${reason.message}`,
  'token-issuer': (entry) => `iss ${claim(entry, 'iss')}`,
  'token-audience': (entry) => `aud ${claim(entry, 'aud')}`,
  'token-expired': (entry) => {
    const { exp, now } = timesOf(entry)
    return `now ${clockOf(now)}: ${now - exp} s over (exp ${clockOf(exp)})`
  },
  'token-not-yet-valid': (entry) => {
    const { validFrom, now } = timesOf(entry)
    return `now ${clockOf(now)}: ${validFrom - now} s too early (valid from ${clockOf(validFrom)})`
  },
  'scope-missing': (entry) => `scope ${claim(entry, 'scope')}`,
}

function claim({ request }: JournalEntry, name: string): string {
  return JSON.stringify(request.token?.[name]) ?? 'none'
}

/** All in seconds since the epoch. */
function timesOf({ at, request }: JournalEntry) {
  const { exp, nbf = 0, iat } = request.token ?? {}
  return {
    now: Math.floor(Date.parse(at) / 1000),
    exp: Number(exp),
    validFrom: Math.max(Number(nbf), Number(iat)),
  }
}

/** `08:02:16`, in UTC. A token may hold any number. */
function clockOf(seconds: number): string {
  return Math.abs(seconds) < 8.64e12 ? new Date(seconds * 1000).toISOString().slice(11, 19) : '?'
}
