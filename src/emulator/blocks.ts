/** How much of a stream is looked at in one go, in bytes. */
export const blockSize = 16_384

/**
 * Cuts a stream into blocks of one size, however it arrives. No block ends within a character: what of
 * one stands at its end comes with the next.
 */
export async function* blocksOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let block = Buffer.allocUnsafe(blockSize)
  let filled = 0
  for await (const chunk of bytes) {
    for (let from = 0; from < chunk.length; ) {
      const part = chunk.subarray(from, from + blockSize - filled)
      block.set(part, filled)
      filled += part.length
      from += part.length
      if (filled < blockSize) continue
      const end = blockSize - startedCharacter(block)
      const rest = block.subarray(end)
      yield block.subarray(0, end)
      block = Buffer.allocUnsafe(blockSize)
      block.set(rest)
      filled = rest.length
    }
  }
  if (filled > 0) yield block.subarray(0, filled)
}

/** How many bytes at the end of a block belong to a character of UTF-8 that goes on after it. */
function startedCharacter(block: Buffer): number {
  for (const length of [1, 2, 3]) {
    const byte = block[block.length - length] as number
    if (byte < 0x80) return 0
    if (byte < 0xc0) continue
    const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
    return size > length ? length : 0
  }
  return 0
}
