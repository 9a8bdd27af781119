import { createHash } from 'node:crypto'
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { xoroshiro128plus, xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus'

/** Gives numbers from 0 to 1, 1 excluded. */
export type Random = () => number

/** A source of numbers that can go on from a saved state. */
export interface SeededRandom {
  readonly next: Random
  /** The numbers from which `resumeRandom` goes on. */
  save(): readonly number[]
}

/**
 * The one source of the choices that repeat with the seed: the same seed and purpose give the same numbers. Each
 * purpose has numbers of its own, so that one does not shift what another gets.
 */
export function createRandom(seed: number, purpose: string): SeededRandom {
  const hash = createHash('sha256').update(`${seed} ${purpose}`).digest()
  return randomOf(xoroshiro128plus(hash.readInt32LE()))
}

/** Goes on from where `save` was called. */
export function resumeRandom(state: readonly number[]): SeededRandom {
  return randomOf(xoroshiro128plusFromState(state))
}

function randomOf(generator: ReturnType<typeof xoroshiro128plus>): SeededRandom {
  return { next: () => uniformFloat64(generator), save: () => generator.getState() }
}

/** A version 4 UUID: RFC 9562 §5.4. */
export function randomUuid(random: Random): string {
  const bytes = Buffer.from(Array.from({ length: 16 }, () => Math.floor(random() * 256)))
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  return bytes.toString('hex').replace(/(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
