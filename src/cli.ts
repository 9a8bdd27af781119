#!/usr/bin/env node
import process from 'node:process'

/*
 * Handlers first, everything else after: as process 1 of a container, a signal that comes before
 * its handler is lost.
 */

/** Ends what runs; nothing runs until a command says so. */
let stop: () => Promise<void> = async () => {}
let stopping = false

for (const [signal, number] of [
  ['SIGINT', 2],
  ['SIGTERM', 15],
] as const) {
  process.on(signal, async () => {
    if (stopping) process.exit(128 + number)
    stopping = true
    await stop()
    process.exit(0)
  })
}

// The reader of a pipe may leave before us: `tao-upload-emulator help | head -1`.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
}

const { runCommand } = await import('./command.js')

process.exitCode = await runCommand(process.argv.slice(2), process.env, {
  out: process.stdout,
  err: process.stderr,
  onStop: (end) => {
    stop = end
  },
})
