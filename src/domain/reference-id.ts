/** The longest id that an import may have. The vendor documents no limit: decided. */
export const maxReferenceIdLength = 255

/** A control character, a lone surrogate, or what a decoder puts where bytes were not UTF-8. */
const impossible = /[\p{Cc}\p{Cs}\uFFFD]/u

/** Whether an import can have this id at all; one that can't is answered as one that is unknown. */
export function isPossibleReferenceId(id: string): boolean {
  return id.length > 0 && id.length <= maxReferenceIdLength && !impossible.test(id)
}
