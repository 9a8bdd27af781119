import type { ClientDefinition } from './domain/fixture.js'
import { type OptionSpec, optionNames, optionSpecs } from './option-specs.js'

const usage = `An emulator of the TAO Advance rostering API.

  tao-upload-emulator [serve] [flags]            starts it
  tao-upload-emulator check PATH…                validates fixtures, files or folders
  tao-upload-emulator exec [flags] -- COMMAND…   runs a command with an emulator up: its address is in
                                                 TAO_ADVANCE_URL, a client in CLIENT_ID and CLIENT_SECRET;
                                                 with the flag --https, the address is
                                                 https://localhost:PORT, and clients trust it;
                                                 PORT, HOST and LOG_LEVEL are its own there;
                                                 it ends with a report of the run: --report FILE (.json, .md,
                                                 .xml, .html), --require OUTCOME, --forbid FINDING,
                                                 --fail-on-unexpected, --quiet
  tao-upload-emulator export [--url URL] [--format yaml|json] [--secrets] [--output FILE]
                                                 prints the scenario of an emulator that runs, or else of
                                                 the fixtures; with the flag --secrets, it has the
                                                 secrets of clients in place of variables
  tao-upload-emulator token [--url URL] [--client ID] [--scope WORD]… [--flaw NAME]
                                                 prints a token from an emulator that runs
  tao-upload-emulator why [ENTRY] [--url URL]    explains the last refused request of an emulator that
                                                 runs, or the one with this id in the journal
  tao-upload-emulator mcp [--url URL] [--workspace NAME] [flags]
                                                 serves tools to a coding agent on standard input and
                                                 output (Model Context Protocol): for an emulator of
                                                 its own, or for one that runs, in a workspace of its own
  tao-upload-emulator ca [--url URL] [--tls-ca PATH]
                                                 prints the certificate that clients trust for HTTPS: of an
                                                 emulator that runs, or of the file
  tao-upload-emulator verify URL [flags]         checks a service against the contract: see docs/verify.md
  tao-upload-emulator record ID --from URL --output FILE
                                                 follows an import of a service, and writes its scenario:
                                                 see docs/record.md
  tao-upload-emulator help                       prints this; so does --help
  tao-upload-emulator --version                  prints the version
`

/** Returns the text of `help`. */
export function helpText(): string {
  const rows = optionNames.map((name) => {
    const spec: OptionSpec<unknown> = optionSpecs[name]
    const flag = [spec.flag, spec.placeholder].filter(Boolean).join(' ')
    return [flag, spec.environment, `${spec.help} (${defaultText(spec)})`] as const
  })
  const width = (column: 0 | 1) => Math.max(...rows.map((row) => row[column].length))
  const lines = rows.map(([flag, environment, help]) => [
    flag.padEnd(width(0)),
    environment.padEnd(width(1)),
    help,
  ])
  return `${usage}\nFlags, and the environment variables that they win over:\n\n${lines
    .map((cells) => `  ${cells.join('  ')}\n`)
    .join('')}`
}

/** The rows of the README's table of flags. */
export function optionTable(): string {
  const rows = optionNames.map((name) => {
    const spec: OptionSpec<unknown> = optionSpecs[name]
    return `| \`${spec.flag}\` | \`${spec.environment}\` | ${defaultText(spec)} | ${spec.help} |\n`
  })
  return `| Flag | Environment | Default | |\n| --- | --- | --- | --- |\n${rows.join('')}`
}

function defaultText(spec: OptionSpec<unknown>): string {
  return spec.defaultText ?? String(spec.default ?? 'none')
}

/** Returns the greeting on a terminal: the addresses, and commands to copy. */
export function greeting(
  url: string,
  client: ClientDefinition | undefined,
  referenceId: string | undefined,
): string {
  const commands = [
    `  The page:  ${url}/__sandbox/\n`,
    `  The docs:  ${url}/__docs/\n`,
    ...(client === undefined ? [] : [`  A token:   ${tokenCommand(url, client)}\n`]),
    ...(referenceId === undefined ? [] : [`  A status:  ${statusCommand(url, referenceId)}\n`]),
  ]
  return `\n  The TAO Advance rostering API, emulated: ${url}\n\n${commands.join('')}\n`
}

function tokenCommand(url: string, { clientId, clientSecret }: ClientDefinition): string {
  const fields = {
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
  }
  const form = Object.entries(fields).map(
    ([name, value]) => ` --form ${quoteForShell(`${name}="${escapeForCurl(value)}"`)}`,
  )
  return `curl ${url}/api/v1/upload/v1/oauth2/tokens${form.join('')}`
}

function statusCommand(url: string, referenceId: string): string {
  const path = `/api/v1/upload/api/v1/status/${encodeForShell(referenceId)}`
  return `curl ${url}${path} --header 'Authorization: Bearer <access_token>'`
}

function quoteForShell(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

/** Within double quotes, as `--form` has values that hold anything. */
function escapeForCurl(text: string): string {
  return text.replace(/["\\]/g, '\\$&')
}

/** A part of a path that a shell takes as it is. */
function encodeForShell(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16)}`,
  )
}
