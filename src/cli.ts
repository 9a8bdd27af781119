#!/usr/bin/env node
import process from 'node:process'
import { nodeVersionMistake } from './node-version.js'

/*
 * Handlers first, everything else after: as process 1 of a container, a signal that comes before
 * its handler is lost. An old version of Node.js cannot read the rest, so this file uses no new syntax.
 */

/** As a shell has it: 128 and the number of the signal. */
const exitCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const

type OnSignal = (signal: keyof typeof exitCodes) => void

/** A server that a signal ends has done its work; any other command has not even begun. */
const isServer = !process.argv.some((word) =>
  /^(?:ca|check|exec|export|help|logs|record|status|token|verify|why)$/.test(word),
)

/** Nothing runs yet that would have to end first. */
let onSignal: OnSignal = (signal) => process.exit(isServer ? 0 : exitCodes[signal])

for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => onSignal(signal))
}

// The last resort, a rejection that nobody handles included: one line, and then the end. To go on would hide the fault.
process.on('uncaughtException', (error) => {
  const text = String(error instanceof Error ? error.stack : error).replace(/\s*\n\s*/g, ' | ')
  process.stderr.write(`The emulator failed and ends: ${text}\n`)
  process.exit(1)
})

// The reader of a pipe may leave before us: `tao-upload-emulator help | head -1`.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})

const mistake = nodeVersionMistake(process.version)
if (mistake !== undefined) {
  process.stderr.write(`${mistake}\n`)
  process.exit(1)
}

import('./command.js')
  .then(({ runCommand }) =>
    runCommand(process.argv.slice(2), {
      script: String(process.argv[1]),
      environment: process.env,
      // Only a command that reads it opens it.
      get in() {
        return process.stdin
      },
      out: process.stdout,
      err: process.stderr,
      exit: process.exit,
      onSignal(handler) {
        onSignal = handler
      },
    }),
  )
  .then((exitCode) => {
    // A server keeps the process alive; nothing else does.
    process.exitCode = exitCode
  })
