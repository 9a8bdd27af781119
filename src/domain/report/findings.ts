/** The codes of findings about clients. */
export const findingCodes = [
  'token-per-request',
  'token-not-renewed',
  'polls-too-fast',
  'polls-after-end',
  'ignores-retry-after',
  'retries-refusal',
  'gives-up-early',
  'never-polled-to-end',
  'connection-per-request',
  'secret-in-url',
] as const

/** The code of a finding about a client. docs/client-manners.md has a section for each. */
export type FindingCode = (typeof findingCodes)[number]

/** Returns where the emulator explains a finding. */
export function linkOf(finding: FindingCode): string {
  return `/__docs/client-manners.html#${finding}`
}
