import { timingSafeEqual } from 'node:crypto'

/** Two texts of at most so many bytes are compared in the same time, however long they are. */
const blockBytes = 512

/**
 * Compares two texts in a time that tells neither what differs nor how long they are. Both get zeros behind them up to the same
 * length: a digest of each would take three times as long.
 */
export function isSameSecret(given: string, expected: string): boolean {
  const length = Math.max(Buffer.byteLength(given), Buffer.byteLength(expected))
  const size = blockBytes * Math.ceil(length / blockBytes)
  const isSame = timingSafeEqual(padded(given, size), padded(expected, size))
  return isSame && given.length === expected.length
}

function padded(text: string, size: number): Buffer {
  const buffer = Buffer.alloc(size)
  buffer.write(text)
  return buffer
}
