#!/usr/bin/env node
import process from 'node:process'

/*
 * Handlers first, everything else after: as process 1 of a container, a signal that comes before
 * its handler is lost.
 */

type OnSignal = (signal: 'SIGINT' | 'SIGTERM') => void

/** Nothing runs yet that would have to end first. */
let onSignal: OnSignal = () => process.exit(0)

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => onSignal(signal))

// The reader of a pipe may leave before us: `tao-upload-emulator help | head -1`.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

const { runCommand } = await import('./command.js')

const exitCode = await runCommand(process.argv.slice(2), {
  environment: process.env,
  out: process.stdout,
  err: process.stderr,
  exit: process.exit,
  onSignal: (handler) => {
    onSignal = handler
  },
})
// A server keeps the process alive; nothing else does.
process.exitCode = exitCode
