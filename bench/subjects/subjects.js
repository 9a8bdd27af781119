import { root } from '../tools/places.js'

const cli = `${root}dist/bundle/cli.js`
const file = (name) => new URL(name, import.meta.url).pathname

/*
 * A subject tells (or promises), for a port, what to run: `command`, `args`, and where they are needed `env`, `cwd`,
 * `stdout`, the file that takes the output, and `scheme`, by which it is asked.
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

/** Over HTTPS, with the certificate and the key of two files. */
export const bareFastifyTls =
  ({ certificate, key }) =>
  (port) => ({
    ...bareFastify(port),
    env: { PORT: String(port), TLS_CERTIFICATE: certificate, TLS_KEY: key },
    scheme: 'https',
  })

export const bareFastifySigning = (signingKey) => (port) => ({
  command: process.execPath,
  args: [file('bare-fastify-signing.js')],
  env: { PORT: String(port), SIGNING_KEY: signingKey },
})

/** The command as a user has it, but for what is named. */
export const emulator =
  ({ journal, logFile, fixtures, flags = [], nodeFlags = [], env = {}, scheme } = {}) =>
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
    scheme,
  })
