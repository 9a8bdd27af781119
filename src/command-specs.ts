import { type OptionName, optionNames } from './option-specs.js'

/** A flag of a command that is no option of the emulator. */
export interface FlagSpec {
  /** The placeholder of the value in the help; absent for a switch. */
  readonly placeholder?: string
  /** The letter of its short form. */
  readonly short?: string
  readonly help: string
}

/** One command: its place on the command line, and its help. */
export interface CommandSpec {
  /** The arguments, as the usage line has them. */
  readonly operands?: string
  /** A sentence without its subject. */
  readonly summary: string
  /** Further sentences for the help of the command. */
  readonly about?: string
  readonly flags?: Readonly<Record<string, FlagSpec>>
  /** The options of the emulator that its help lists. */
  readonly options?: readonly OptionName[]
  /** True if it starts an emulator, and takes all flags of `serve`. */
  readonly starts?: true
  readonly examples: readonly [string, ...string[]]
  /** Its page of the documentation. */
  readonly page: string
}

const url: FlagSpec = {
  placeholder: 'URL',
  help: 'emulator to ask; default: TAO_EMULATOR_URL, else the host and port of serve',
}

const client: FlagSpec = {
  placeholder: 'ID',
  help: 'client of the token; default: the first one that may poll',
}

const output: FlagSpec = { placeholder: 'FILE', help: 'file to write; default: the output' }

/** The client of a service, and how to connect to it. */
const service: Readonly<Record<string, FlagSpec>> = {
  '--client-id': { placeholder: 'ID', help: 'client id; default: CLIENT_ID' },
  '--client-secret': {
    placeholder: 'SECRET',
    help: 'client secret; default: CLIENT_SECRET, which other users of the machine do not see',
  },
  '--ca': { placeholder: 'FILE', help: 'PEM file of further certificates to trust' },
  '--insecure': { help: 'trusts any certificate' },
}

/** The options by which a command finds an emulator that runs, and may control it. */
const finding: readonly OptionName[] = ['host', 'port', 'controlToken', 'controlTokenFile']

/** The one table of commands: the command line, the help and docs/cli.md follow it. */
export const commandSpecs = {
  serve: {
    summary: 'starts the emulator; the default command',
    about: 'Ends with Ctrl-C. A flag wins over its variable in the environment.',
    options: optionNames,
    examples: [
      'serve',
      'serve --fixtures scenarios --watch',
      'serve --port 0 --ready-file url.txt',
    ],
    page: 'cli.md',
  },
  check: {
    operands: 'PATH…',
    summary: 'validates scenarios without starting anything',
    about: 'Each mistake has its file, line and column, and says how to mend it.',
    options: ['fixtures'],
    examples: ['check scenario.yaml', 'check scenarios/'],
    page: 'scenarios.md',
  },
  exec: {
    operands: '-- COMMAND…',
    summary: 'runs a command with an emulator, and reports on the run',
    about:
      'The command finds the address in TAO_ADVANCE_URL, and a client in CLIENT_ID and CLIENT_SECRET. The port is free unless --port names one. PORT, HOST and LOG_LEVEL belong to the command. Exits as the command does, or with 3 if the run broke a requirement.',
    starts: true,
    flags: {
      '--https': { help: 'gives the command an https address, which its clients trust' },
      '--report': {
        placeholder: 'FILE',
        help: 'writes the run report: .json, .md, .xml (JUnit) or .html; may repeat',
      },
      '--require': { placeholder: 'OUTCOME', help: 'outcome that the run must meet; may repeat' },
      '--forbid': { placeholder: 'FINDING', help: 'finding that it must not have; may repeat' },
      '--fail-on-unexpected': { help: 'fails if a request came that no integration should make' },
      '--quiet': { help: 'leaves out the short report' },
    },
    examples: [
      'exec -- npm test',
      'exec --https --report report.html -- pytest',
      'exec --require status.processed,status.failed -- npm test',
    ],
    page: 'testing.md#around-a-test-command',
  },
  export: {
    summary: 'prints the scenario of a running emulator, or of the fixtures',
    about: 'A variable stands for each secret.',
    options: ['fixtures', 'controlToken', 'controlTokenFile'],
    flags: {
      '--url': { placeholder: 'URL', help: 'emulator that runs; default: reads the fixtures' },
      '--format': { placeholder: 'FORMAT', help: 'yaml or json; default: yaml' },
      '--secrets': { help: 'writes the secrets of clients in place of variables' },
      '--output': output,
    },
    examples: ['export --url http://127.0.0.1:4080', 'export --format json --output all.json'],
    page: 'scenarios.md#export-a-scenario',
  },
  token: {
    summary: 'prints an access token of a running emulator',
    options: finding,
    flags: {
      '--url': url,
      '--client': client,
      '--scope': { placeholder: 'WORD', help: 'scope of the token; may repeat' },
      '--flaw': { placeholder: 'NAME', help: 'mistake of the token, such as expired' },
    },
    examples: ['token', 'token --client demo-client --flaw expired'],
    page: 'testing.md#tokens-that-are-wrong-on-purpose',
  },
  status: {
    operands: 'ID',
    summary: 'polls an import of a running emulator, with a token of its own',
    about:
      'Prints the body of the response. The status, the reason and the journal entry go to the error output. Exits with 1 if the poll was refused.',
    options: finding,
    flags: { '--url': url, '--client': client },
    examples: ['status 12345', 'status slow --url http://127.0.0.1:4080/w/team'],
    page: 'cli.md#ask-a-running-emulator',
  },
  logs: {
    summary: 'prints the requests of a running emulator, from its journal',
    about: 'A terminal gets a line for each request, anything else a line of JSON.',
    options: finding,
    flags: {
      '--url': url,
      '--follow': { short: 'f', help: 'goes on with each further request' },
      '--limit': { placeholder: 'NUMBER', help: 'last requests to begin with; default: 100' },
    },
    examples: ['logs', 'logs -f --limit 0', 'logs --url http://127.0.0.1:4080/w/team'],
    page: 'cli.md#ask-a-running-emulator',
  },
  why: {
    operands: '[ENTRY]',
    summary: 'explains a response of a running emulator',
    about: 'Explains the last refused request, or the journal entry with this id.',
    options: finding,
    flags: { '--url': url },
    examples: ['why', 'why 12'],
    page: 'troubleshooting.md#the-checks-of-a-request',
  },
  mcp: {
    summary: 'gives tools to a coding agent (Model Context Protocol)',
    about:
      'Speaks over its input and output: for an emulator of its own, or for one that runs. The log goes to the error output.',
    starts: true,
    flags: {
      '--url': { placeholder: 'URL', help: 'emulator that runs; default: starts one' },
      '--workspace': { placeholder: 'NAME', help: 'workspace of the agent; default: its own' },
    },
    examples: ['mcp', 'mcp --url http://127.0.0.1:4080 --workspace main'],
    page: 'agents.md',
  },
  ca: {
    summary: 'prints the certificate that clients trust for HTTPS',
    options: ['host', 'port', 'tlsCa'],
    flags: { '--url': url },
    examples: ['ca', 'ca --tls-ca authority.pem'],
    page: 'https.md',
  },
  verify: {
    operands: 'URL',
    summary: 'checks a service, the real one included, against the contract',
    about:
      'Only reads, unless --upload names a file. Exits with 1 if something that is documented or published differs, and with 2 if it got no token.',
    flags: {
      ...service,
      '--reference-id': { placeholder: 'ID', help: 'import that exists, to poll once' },
      '--unscoped-client-id': { placeholder: 'ID', help: 'client without the scope, for 403' },
      '--unscoped-client-secret': { placeholder: 'SECRET', help: 'its secret' },
      '--upload': { placeholder: 'FILE', help: 'file to upload, which imports it' },
      '--format': { placeholder: 'FORMAT', help: 'text, json, markdown or junit; default: text' },
      '--output': output,
      '--write-scenario': { placeholder: 'FILE', help: 'writes the switches that it saw' },
    },
    examples: ['verify https://example.org', 'verify http://127.0.0.1:4080 --format junit'],
    page: 'verify.md',
  },
  record: {
    operands: 'ID',
    summary: 'follows an import of a service, and writes its scenario',
    about: 'Exits with 1 if the import had not ended in time, and with 2 if nothing was written.',
    flags: {
      ...service,
      '--from': { placeholder: 'URL', help: 'address of the service; required' },
      '--output': { placeholder: 'FILE', help: 'file to write; required' },
      '--every': { placeholder: 'DURATION', help: 'time between polls; default: 5s' },
      '--timeout': { placeholder: 'DURATION', help: 'longest time to follow; default: 30m' },
      '--messages': { help: 'writes the messages, which may name people' },
    },
    examples: ['record 12345 --from https://example.org --output a.yaml'],
    page: 'record.md',
  },
  help: {
    operands: '[COMMAND]',
    summary: 'prints this, or the flags and examples of a command',
    about: 'COMMAND --help prints the same. --version prints the version.',
    examples: ['help exec'],
    page: 'cli.md',
  },
} satisfies Readonly<Record<string, CommandSpec>>

export type CommandName = keyof typeof commandSpecs

export const commandNames = Object.keys(commandSpecs) as readonly CommandName[]

/** A command as the table has it. */
export function specOf(name: CommandName): CommandSpec {
  return commandSpecs[name]
}
