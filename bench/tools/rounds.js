export const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]

/**
 * Measures each subject in turn, round after round, so that a machine that drifts drifts for all. Every
 * other round runs backwards, so that none is always the first. Resolves to a list for each subject.
 */
export async function interleave(subjects, rounds, measure) {
  const names = Object.keys(subjects)
  const results = Object.fromEntries(names.map((name) => [name, []]))
  for (let round = 0; round < rounds; round += 1) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      results[name].push(await measure(subjects[name], name))
    }
  }
  return results
}

/** The median over the rounds of how the one compares to the other in the same round. */
export const ratio = (ones, others) => median(ones.map((one, round) => one / others[round]))
