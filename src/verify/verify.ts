import type { Basis } from '../domain/behaviours.js'
import { defaultService, type Service, type ServiceInput } from '../domain/service.js'
import { type Check, type CheckId, checks } from './checks.js'
import { type Difference, isDifference } from './expectations.js'
import type { Send } from './message.js'
import { redact } from './redact.js'
import { type Facts, type RequestId, requests, shownPath } from './requests.js'
import { learnFromUpload } from './result-rows.js'
import { type Answer, Session } from './session.js'

/** The result of one check. */
export interface CheckResult {
  /** The name of the check: `status-unknown`. */
  readonly check: string
  /** The evidence for the behaviour. */
  readonly basis: Basis
  readonly title: string
  /** The method and the path of its request. */
  readonly request: string
  /** `holds`, `differs`, or `not tried`. */
  readonly result: 'holds' | 'differs' | 'not tried'
  /** With `differs`: the part of the response that differs, expected and received. Secrets are left out. */
  readonly difference?: Difference
  /** With `not tried`: the reason, and the flag that would allow it. */
  readonly reason?: string
}

/** The result of `verifyService`. It holds no secret, no token and no message of an import. */
export interface Verification {
  /** The origin that was asked. */
  readonly url: string
  /** The number of requests that were sent. */
  readonly requests: number
  /** True if everything holds that is documented or published, and was tried. */
  readonly holds: boolean
  readonly checks: readonly CheckResult[]
  /** The switches of a scenario that bring these responses about, as far as they were seen. */
  readonly service: Partial<Service>
}

/** The service could not be reached, or did not issue a token. */
export class VerifyError extends Error {
  override readonly name = 'VerifyError'
}

/** The requests that may get the first token, in this order. */
const tokenRequests: readonly RequestId[] = [
  'token-multipart',
  'token-urlencoded',
  'token-json',
  'token-basic',
  'token-older-path',
]

/** Makes all checks. Throws a `VerifyError` if no token was issued. */
export async function runChecks(
  facts: Facts,
  send: Send,
  wait: (ms: number) => Promise<void>,
): Promise<Verification> {
  const session = new Session(facts, send, wait)
  await getToken(session)
  let service: ServiceInput = {}
  const results: CheckResult[] = []
  for (const [id, check] of Object.entries(checks) as [CheckId, Check][]) {
    const answer = await session.ask(check.request)
    const { learned, ...result } = judge(answer, check, service, session.facts)
    results.push({ check: id, ...describe(check), ...result })
    service = { ...learned, ...service }
  }
  const learned = learnFromUpload(session.responseTo('upload-status'), session.responseTo('result'))
  return {
    url: facts.origin,
    requests: session.requestCount,
    holds: results.every(({ basis, result }) => result !== 'differs' || !isBinding(basis)),
    checks: results,
    service: inOrder({ ...service, ...learned }),
  }
}

/** The switches in the order in which they are documented. */
function inOrder(service: ServiceInput): Partial<Service> {
  const names = Object.keys(defaultService) as (keyof Service)[]
  return Object.fromEntries(
    names.filter((name) => service[name] !== undefined).map((name) => [name, service[name]]),
  )
}

/** The documentation and the published implementation bind the service; our choices do not. */
function isBinding(basis: Basis): boolean {
  return basis === 'documented' || basis === 'published'
}

async function getToken(session: Session): Promise<void> {
  const refusals: string[] = []
  for (const id of tokenRequests) {
    const answer = await session.ask(id)
    if (session.facts.token !== undefined) return
    refusals.push(`${shownPath(requests[id])} ${requests[id].note}: ${describeAnswer(answer)}`)
    // A service that is not there, or that refuses the client, is not asked again.
    if ('failure' in answer || session.responseTo(id)?.status === 401) break
  }
  const { clientSecret } = session.facts
  throw new VerifyError(redact(`No token was issued. ${refusals.join('; ')}`, [clientSecret]))
}

function describeAnswer(answer: Answer): string {
  if ('response' in answer) {
    const { status, body } = answer.response
    return `${status} ${redact(body, []).slice(0, 80)}`
  }
  // Requests for a token need no fact that could be missing.
  return (answer as { failure: string }).failure
}

function describe({ basis, title, request }: Check) {
  const spec = requests[request]
  return { basis, title, request: `${spec.method} ${shownPath(spec)}` }
}

type Judged = Pick<CheckResult, 'result' | 'difference' | 'reason'> & { learned?: ServiceInput }

function judge(answer: Answer, check: Check, known: ServiceInput, facts: Facts): Judged {
  if ('missing' in answer) return { result: 'not tried', reason: reasonFor(answer.missing, facts) }
  if ('failure' in answer) {
    const difference = { part: 'response', expected: 'a response', received: answer.failure }
    return { result: 'differs', difference }
  }
  const outcome = check.expect(answer.response, known, facts)
  if (isDifference(outcome)) {
    const { part, expected, received } = outcome.difference
    const secrets = secretsOf(facts)
    return {
      result: 'differs',
      difference: { part, expected, received: redact(received, secrets) },
    }
  }
  return { result: 'holds', ...(outcome !== undefined && { learned: outcome.learned }) }
}

function secretsOf(facts: Facts): string[] {
  const { clientSecret, unscopedClientSecret, token, unscopedToken } = facts
  return [clientSecret, unscopedClientSecret, token, unscopedToken].filter((it) => it !== undefined)
}

/** Says how a missing fact can be given. */
function reasonFor(missing: keyof Facts, { unscopedClientId, file }: Facts): string {
  switch (missing) {
    case 'referenceId':
      return 'give --reference-id'
    case 'file':
    case 'uploadedId':
    case 'resultPath':
      if (file === undefined) return 'give --upload FILE, which imports it'
      break
    case 'unscopedClientId':
    case 'unscopedClientSecret':
    case 'unscopedToken':
      if (unscopedClientId === undefined) return 'give the flags of a client without the scope'
      break
    default:
  }
  return 'an earlier response does not have what it needs'
}
