let changes = 0

/** A request that was sent before a change of the emulator may return the state before it. */
export function countChange(): void {
  changes += 1
}

/**
 * For a request that is sent again and again. Each call stands for one request, and returns a function that says if its
 * response is news: it is not if the response to a later request came first, or if the emulator was changed meanwhile.
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
