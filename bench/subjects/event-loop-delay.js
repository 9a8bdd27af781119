import { writeFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'

// Preloaded with `--import`: measures from one SIGUSR2 to the next, and writes what it found.
const delay = monitorEventLoopDelay({ resolution: 1 })
delay.enable()
process.on('SIGUSR2', () => {
  const ms = (nanoseconds) => nanoseconds / 1e6
  const found = { p99Ms: ms(delay.percentile(99)), maxMs: ms(delay.max) }
  writeFileSync(process.env.BENCH_DELAY_FILE, JSON.stringify(found))
  delay.reset()
})
