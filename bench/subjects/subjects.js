import { root } from '../tools/places.js'

const cli = `${root}dist/bundle/cli.js`
const file = (name) => new URL(name, import.meta.url).pathname

/*
 * A subject tells (or promises), for a port, what to run: `command`, `args`, and where they are needed `env`, `cwd`,
 * and `stdout`, the file that takes the output.
 */

export const bareNode = (port) => ({
  command: process.execPath,
  args: [file('bare-node.js')],
  env: { PORT: String(port) },
})

export const bareFastify = (port) => ({
  command: process.execPath,
  args: [file('bare-fastify.js')],
  env: { PORT: String(port) },
})

export const bareFastifySigning = (signingKey) => (port) => ({
  command: process.execPath,
  args: [file('bare-fastify-signing.js')],
  env: { PORT: String(port), SIGNING_KEY: signingKey },
})

/** The command as a user has it, but for what is named. */
export const emulator =
  ({ journal, logFile, fixtures, flags = [], nodeFlags = [], env = {} } = {}) =>
  (port) => ({
    command: process.execPath,
    args: [
      ...nodeFlags,
      cli,
      ...['--port', String(port), '--log-level', logFile === undefined ? 'silent' : 'info'],
      ...(journal === undefined ? [] : ['--journal-size', String(journal)]),
      ...(fixtures === undefined ? [] : ['--fixtures', fixtures]),
      ...flags,
    ],
    env,
    stdout: logFile,
  })
