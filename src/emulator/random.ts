import { createHash } from 'node:crypto'
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

/** Gives numbers from 0 to 1, 1 excluded. */
export type Random = () => number

/**
 * The one source of chance: the same seed and purpose give the same numbers. Each purpose has numbers of its
 * own, so that one does not shift what another gets.
 */
export function createRandom(seed: number, purpose: string): Random {
  const hash = createHash('sha256').update(`${seed} ${purpose}`).digest()
  const generator = xoroshiro128plus(hash.readInt32LE())
  return () => uniformFloat64(generator)
}
