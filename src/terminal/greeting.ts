import { counted } from '../counted.js'

/** The facts that the greeting shows. */
export interface GreetingFacts {
  readonly version: string
  /** The words by which a person starts the command. */
  readonly program: string
  /** From the start of the process, in milliseconds. */
  readonly readyMs: number
  /** The address by which clients reach it. */
  readonly url: string
  /** Absent behind a public URL, which has one scheme. */
  readonly httpsUrl: string | undefined
  readonly clients: number
  readonly imports: number
  readonly faults: number
  /** An import to poll. */
  readonly referenceId: string | undefined
  readonly hasKeys: boolean
}

/** Returns the greeting on a terminal: ten lines at the most, of 80 columns unless the address is long. */
export function greeting(facts: GreetingFacts): string {
  const { version, program, readyMs, url, httpsUrl, clients, imports, faults, referenceId } = facts
  const rows = [
    ['API', url],
    ['HTTPS', httpsUrl && `${httpsUrl}  (to trust it: ${program} ca)`],
    ['Sandbox', `${url}/__sandbox/`],
    ['Docs', `${url}/__docs/`],
    [
      'Scenario',
      [counted(clients, 'client'), counted(imports, 'import'), counted(faults, 'fault')].join(', '),
    ],
    ['Try', referenceId && `${program} ${pollWords(url, referenceId)}`],
  ].flatMap(([label = '', text]) => (text ? [`  ${label.padEnd(9)} ${text}`] : []))
  const keys = facts.hasKeys ? ['', '  o open  r reset  f freeze  h help  q quit'] : []
  return [
    `  tao-upload-emulator ${version}, ready in ${readyMs} ms`,
    '',
    ...rows,
    ...keys,
    '',
  ].join('\n')
}

function pollWords(url: string, referenceId: string): string {
  const isUsual = url === 'http://127.0.0.1:4080'
  return `status ${quoteForShell(referenceId)}${isUsual ? '' : ` --url ${url}`}`
}

function quoteForShell(text: string): string {
  return /^[\w.~:@/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
