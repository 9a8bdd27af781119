let changes = 0

/** Whatever was asked before the emulator was changed may be answered with how it was. */
export function countChange(): void {
  changes += 1
}

/**
 * For questions that are asked again and again: each call is one question, and gives what tells of its answer
 * whether it is news, or overtaken by the answer to a later one or by a change.
 */
export function createNewest(): () => () => boolean {
  let asked = 0
  let told = 0
  return () => {
    asked += 1
    const question = asked
    const changesBefore = changes
    return () => {
      if (question < told || changes !== changesBefore) return false
      told = question
      return true
    }
  }
}
