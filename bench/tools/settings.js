/** The durations of the whole run and of the quick one. */
export const wholeRun = {
  rounds: 7,
  // The servers are compiled meanwhile.
  warmUpSeconds: 4,
  seconds: 2,
  starts: 15,
  warmStarts: 41,
  memoryRequests: 1_000_000,
  memoryTokens: 100_000,
  workspaceRequests: 120_000,
  uploadRows: 1_000_000,
  installMs: 300_000,
  peers: {
    whole: true,
    starts: 3,
    rounds: 7,
    seconds: 2,
    warmUpSeconds: 8,
    timeoutMs: 60_000,
    limitMs: 240_000,
  },
}

export const quickRun = {
  rounds: 3,
  warmUpSeconds: 0,
  seconds: 1,
  starts: 3,
  warmStarts: 11,
  memoryRequests: 40_000,
  memoryTokens: 4000,
  workspaceRequests: 4000,
  uploadRows: 100_000,
  installMs: 120_000,
  peers: {
    whole: false,
    starts: 1,
    rounds: 1,
    seconds: 1,
    warmUpSeconds: 0,
    timeoutMs: 30_000,
    limitMs: 60_000,
  },
}
