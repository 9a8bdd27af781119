import { type OptionSpec, optionNames, optionSpecs } from './options.js'

const usage = `An emulator of the TAO Advance rostering API.

  tao-upload-emulator [serve] [flags]            starts it
  tao-upload-emulator check PATH…                validates fixtures, files or folders
  tao-upload-emulator exec [flags] -- COMMAND…   runs a command with an emulator up: its address is in
                                                 TAO_ADVANCE_URL, a client in CLIENT_ID and CLIENT_SECRET;
                                                 PORT and LOG_LEVEL are the command's own there
  tao-upload-emulator token [--url URL] [--client ID] [--scope WORD]… [--flaw NAME]
                                                 prints a token from an emulator that runs
  tao-upload-emulator help                       prints this; so does --help
  tao-upload-emulator --version                  prints the version
`

/** What `help` prints. */
export function helpText(): string {
  const rows = optionNames.map((name) => {
    const spec: OptionSpec<unknown> = optionSpecs[name]
    const flag = [spec.flag, spec.value].filter(Boolean).join(' ')
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

/** What a person sees first on a terminal: the address, and commands to copy. */
export function greeting(url: string): string {
  return `
  The TAO Advance rostering API, emulated: ${url}

  A token:   curl ${url}/api/v1/upload/v1/oauth2/tokens --form 'grant_type="client_credentials"' --form 'client_id="demo-client"' --form 'client_secret="demo-secret"'
  A status:  curl ${url}/api/v1/upload/api/v1/status/12345 --header 'Authorization: Bearer <access_token>'

`
}
