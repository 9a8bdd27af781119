import type { ServiceInput } from '../domain/service.js'
import { headerOf, type ReceivedResponse } from './message.js'
import type { Facts } from './requests.js'

/** The part of a response that differs from the contract. */
export interface Difference {
  /** `status`, `body`, or the name of a header. */
  readonly part: string
  readonly expected: string
  readonly received: string
}

/** The result of an expectation: a difference, a switch that explains the response, or neither. */
export type Outcome = Differs | { readonly learned: ServiceInput } | undefined

interface Differs {
  readonly difference: Difference
}

/** Looks at one part of a response. `known` has the switches that earlier responses have shown. */
export type Expectation = (
  response: ReceivedResponse,
  known: ServiceInput,
  facts: Pick<Facts, 'file'>,
) => Outcome

const none = '(none)'

const differs = (part: string, expected: string, received: string): Outcome => ({
  difference: { part, expected, received },
})

export const status =
  (expected: number): Expectation =>
  ({ status: received }) =>
    received === expected ? undefined : differs('status', String(expected), String(received))

/** The whole body, byte for byte. */
export const body =
  (expected: string): Expectation =>
  ({ body: received }) =>
    received === expected ? undefined : differs('body', expected, received)

/** A header whose value fulfils a condition; `expected` describes it. */
export const header =
  (name: string, expected: string, holds: (value: string) => boolean): Expectation =>
  (response) => {
    const value = headerOf(response, name)
    if (value !== undefined && holds(value)) return undefined
    return differs(name, expected, value ?? none)
  }

/** A media type, with or without a charset: whichever the service has shown first. */
export const contentType =
  (type: string): Expectation =>
  (response, { contentTypes }) => {
    const value = headerOf(response, 'content-type') ?? none
    const learned = contentTypesOf(type, value)
    if (learned === undefined || (contentTypes ?? learned) !== learned) {
      const expected = contentTypes === 'charset' ? `${type}; charset=utf-8` : type
      return differs('content-type', expected, value)
    }
    return { learned: { contentTypes: learned } }
  }

function contentTypesOf(type: string, value: string): 'bare' | 'charset' | undefined {
  if (value === type) return 'bare'
  return value.toLowerCase() === `${type}; charset=utf-8` ? 'charset' : undefined
}

/** A body that fulfils a condition; `expected` describes it. */
export const bodyWhere =
  (expected: string, holds: (body: string) => boolean): Expectation =>
  ({ body: received }) =>
    holds(received) ? undefined : differs('body', expected, received)

/** A response that is one of two, as a switch has it. */
export const either =
  (
    usual: readonly [ServiceInput, Expectation],
    other: readonly [ServiceInput, Expectation],
  ): Expectation =>
  (...seen) => {
    const outcome = usual[1](...seen)
    if (!isDifference(outcome)) return { learned: usual[0] }
    return isDifference(other[1](...seen)) ? outcome : { learned: other[0] }
  }

/** All of some expectations: the first difference counts. */
export const all =
  (...expectations: readonly Expectation[]): Expectation =>
  (...seen) =>
    expectations.map((expectation) => expectation(...seen)).find(isDifference)

export function isDifference(outcome: Outcome): outcome is Differs {
  return outcome !== undefined && 'difference' in outcome
}
