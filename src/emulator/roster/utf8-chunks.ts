/** The size of a block, in bytes. */
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

/** Counts the bytes at the end of a block that belong to an unfinished UTF-8 character. */
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

/** The byte with which DOS ended its files; some tools still write it. */
const dosEnd = 0x1a

/** Takes the byte away with which DOS ended its files, and what stands behind it. Blocks are one late for it. */
export async function* withoutDosEnd(blocks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let last: Buffer | undefined
  for await (const block of blocks) {
    if (last !== undefined) yield last
    last = block
  }
  if (last === undefined) return
  let end = last.length
  for (let at = end - 1; at >= 0 && isEnd(last[at] as number); at--)
    if (last[at] === dosEnd) end = at
  yield last.subarray(0, end)
}

function isEnd(byte: number): boolean {
  return byte === dosEnd || byte === 10 || byte === 13
}
