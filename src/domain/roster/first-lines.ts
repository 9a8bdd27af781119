/*
 * On which line a key was first: for a million keys some 25 MB, where a map of strings takes several times
 * as much. A key is kept as its hash of 64 bits; of a million keys, two have the same once in 37 million files.
 */

/** Each slot holds two halves of a hash and a line; line 0 is an empty slot. */
const slotSize = 3

/** Many small tables grow one at a time, where one large table would halt the process for a while. */
const tableCount = 256

export class FirstLines {
  readonly #tables = Array.from({ length: tableCount }, createTable)

  /** The line the key was on before; without one, this is its first. */
  seenOn(key: string, line: number): number | undefined {
    const [high, low] = hash(key)
    return this.#tables[high % tableCount]?.(high, low, line)
  }
}

function createTable() {
  let slots = new Uint32Array(16 * slotSize)
  let count = 0
  return (high: number, low: number, line: number): number | undefined => {
    const first = put(slots, high, low, line)
    if (first !== undefined) return first
    count += 1
    if (count * slotSize * 4 > slots.length * 3) slots = grown(slots)
    return undefined
  }
}

function grown(old: Uint32Array): Uint32Array<ArrayBuffer> {
  const slots = new Uint32Array(old.length * 2)
  for (let slot = 0; slot < old.length; slot += slotSize) {
    const line = old[slot + 2] as number
    if (line !== 0) put(slots, old[slot] as number, old[slot + 1] as number, line)
  }
  return slots
}

/** Keeps the line of a hash, unless it has one: then it tells that. */
function put(slots: Uint32Array, high: number, low: number, line: number): number | undefined {
  let slot = (low % (slots.length / slotSize)) * slotSize
  while (slots[slot + 2] !== 0) {
    if (slots[slot] === high && slots[slot + 1] === low) return slots[slot + 2]
    slot = (slot + slotSize) % slots.length
  }
  slots[slot] = high
  slots[slot + 1] = low
  slots[slot + 2] = line
  return undefined
}

/** cyrb53, with all of its 64 bits (public domain, github.com/bryc). */
function hash(key: string): [high: number, low: number] {
  let h1 = 0xdeadbeef
  let h2 = 0x41c6ce57
  for (let index = 0; index < key.length; index++) {
    const unit = key.charCodeAt(index)
    h1 = Math.imul(h1 ^ unit, 2654435761)
    h2 = Math.imul(h2 ^ unit, 1597334677)
  }
  h1 = Math.imul(h1 ^ (h1 >>> 16), 2246822507) ^ Math.imul(h2 ^ (h2 >>> 13), 3266489909)
  h2 = Math.imul(h2 ^ (h2 >>> 16), 2246822507) ^ Math.imul(h1 ^ (h1 >>> 13), 3266489909)
  return [h2 >>> 0, h1 >>> 0]
}
