/**
 * Returns the number of inputs of a fuzz test: `usual`, or the variable `FUZZ`. The seed is fixed, so
 * that a run repeats; `FUZZ_SEED` tries other inputs. fast-check prints a failing input reduced.
 */
export function fuzzRuns(usual: number): { numRuns: number; seed: number; timeout: number } {
  const { FUZZ, FUZZ_SEED = '20260101' } = process.env
  // An input without a response fails, too.
  return {
    timeout: 30_000,
    numRuns: FUZZ === undefined ? usual : Number(FUZZ),
    seed: Number(FUZZ_SEED),
  }
}
