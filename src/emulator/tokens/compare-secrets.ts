import { timingSafeEqual } from 'node:crypto'

/** Two texts of at most so many bytes are compared in the same time, however long they are. */
const blockBytes = 512

/** Room for most comparisons: to allocate it for each would take longer than to compare. */
const rooms = [Buffer.alloc(blockBytes), Buffer.alloc(blockBytes)] as const

/**
 * Compares two texts in a time that tells neither what differs nor how long they are. Both get zeros behind them up to the same
 * length: a digest of each would take three times as long.
 */
export function isSameSecret(given: string, expected: string): boolean {
  const length = Math.max(Buffer.byteLength(given), Buffer.byteLength(expected))
  const [one, other] = length <= blockBytes ? rooms : roomsFor(length)
  one.write(given)
  other.write(expected)
  const isSame = timingSafeEqual(one, other)
  // No secret stays there.
  one.fill(0)
  other.fill(0)
  return isSame && given.length === expected.length
}

function roomsFor(length: number): readonly [Buffer, Buffer] {
  const size = blockBytes * Math.ceil(length / blockBytes)
  return [Buffer.alloc(size), Buffer.alloc(size)]
}
