import type { ReceivedResponse, Send } from './message.js'
import { type Facts, type RequestId, type RequestSpec, requests } from './requests.js'

/** The least time between the starts of two requests, in milliseconds: five a second. */
const pauseMs = 200
/** The time between two polls of the upload, and how often it is polled. */
const pollMs = 1000
/** A test holds it: no run has more than 100 requests. */
export const maxPolls = 30

/** The result of a request: a response, or the reason why there is none. */
export type Answer =
  | { readonly response: ReceivedResponse }
  /** It was not sent: a fact is missing. */
  | { readonly missing: keyof Facts }
  /** It was sent, and no response came. */
  | { readonly failure: string }

/** Sends the requests of a run one after the other, each once, and keeps what they teach. */
export class Session {
  readonly #send: Send
  readonly #wait: (ms: number) => Promise<void>
  readonly #answers = new Map<RequestId, Answer>()
  #facts: Facts
  #count = 0

  constructor(facts: Facts, send: Send, wait: (ms: number) => Promise<void>) {
    this.#facts = facts
    this.#send = send
    this.#wait = wait
  }

  get facts(): Facts {
    return this.#facts
  }

  /** The number of requests that were sent. */
  get requestCount(): number {
    return this.#count
  }

  /** Every response so far. */
  responseTo(id: RequestId): ReceivedResponse | undefined {
    const answer = this.#answers.get(id)
    return answer !== undefined && 'response' in answer ? answer.response : undefined
  }

  /** Sends a request, unless it was sent before. */
  async ask(id: RequestId): Promise<Answer> {
    const known = this.#answers.get(id)
    if (known !== undefined) return known
    const answer = await this.#ask(id)
    this.#answers.set(id, answer)
    return answer
  }

  async #ask(id: RequestId): Promise<Answer> {
    const spec: RequestSpec = requests[id]
    const missing = spec.needs.find((need) => this.#facts[need] === undefined)
    if (missing !== undefined) return { missing }
    try {
      let response = await this.#sendOne(id, spec)
      for (let polls = 1; spec.isRunning?.(response) && polls < maxPolls; polls += 1) {
        await this.#wait(pollMs - pauseMs)
        response = await this.#sendOne(id, spec)
      }
      // What came first stays: the token of the documented request is the token of the run.
      this.#facts = { ...spec.learn?.(response, this.#facts), ...this.#facts }
      return { response }
    } catch (error) {
      return { failure: (error as Error).message }
    }
  }

  async #sendOne(
    id: RequestId,
    { method, path, headers, body }: RequestSpec,
  ): Promise<ReceivedResponse> {
    if (this.#count > 0) await this.#wait(pauseMs)
    this.#count += 1
    const content = body?.(this.#facts)
    const request = {
      method,
      path: typeof path === 'string' ? path : path(this.#facts),
      headers: headers?.(this.#facts) ?? {},
      ...(content !== undefined && { body: content }),
    }
    return this.#send(request, id)
  }
}
