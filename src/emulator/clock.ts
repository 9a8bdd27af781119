/** The clock of everything that has a time: token lifetimes and import states. Epoch milliseconds. */
export class Clock {
  now(): number {
    return Date.now()
  }
}
