import type { Call } from './calls.js'
import { literalOf, scriptQuote } from './literals.js'

export const languages = ['curl', 'PowerShell', 'fetch', 'HTTPie'] as const

export type Language = (typeof languages)[number]

/** The value that stands for the secret of a client. Commands read the secret from the variable CLIENT_SECRET. */
export const secret = '[redacted]'

/** A call as a command or code to copy. A call that has no token gets one first. */
export const commandOf = (language: Language, call: Call): string => writers[language](call)

const writers: Readonly<Record<Language, (call: Call) => string>> = {
  curl(call) {
    const { method, url, basic, fields = [], fileName } = call
    const hasBody = fields.length > 0 || fileName !== undefined
    return shellLines(call, 'curl --silent', '--header ', 'Authorization: ', (target, header) => [
      `curl --include${method === 'HEAD' ? ' --head' : hasBody || method === 'GET' ? '' : ` --request ${shellWord(method)}`}${/[[\]{}]/.test(url) ? ' --globoff' : ''} ${target}`,
      ...header,
      ...(basic === undefined ? [] : [`--user ${shellPair(`${basic[0]}:`, basic[1])}`]),
      ...fields.map(
        ([name, value]) => `--data-urlencode ${shellPair(`${encodeURIComponent(name)}=`, value)}`,
      ),
      ...(fileName === undefined
        ? []
        : [`--form ${shellQuote(`file=@"${fileName.replace(/[\\"]/g, '\\$&')}"`)}`]),
    ])
  },
  PowerShell(call) {
    const { method, url, basic, authorization, fields = [], fileName, signedBy } = call
    const token = authorizationOf(call, powerQuote, '"Bearer $token"')
    const header =
      basic === undefined
        ? token
        : `('Basic ' + [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes(${powerPair(`${basic[0]}:`, basic[1])})))`
    const headers =
      header === undefined
        ? []
        : [
            `-Headers @{ Authorization = ${header} }${authorization === undefined ? '' : ' -SkipHeaderValidation'}`,
          ]
    const body = fields.flatMap(([name, value], index) => [
      powerQuote(`${index === 0 ? '' : '&'}${encodeURIComponent(name)}=`),
      value === secret
        ? `[uri]::EscapeDataString(${powerSecret})`
        : powerQuote(encodeURIComponent(value)),
    ])
    return [
      ...powerToken(call),
      ...(signedBy === undefined
        ? []
        : [
            `$url = (${['Invoke-RestMethod', powerQuote(signedBy), ...headers].join(' ')}).signedUrl`,
          ]),
      [
        `Invoke-WebRequest ${signedBy === undefined ? powerQuote(url) : '$url'}`,
        `-${/^(?:GET|HEAD|POST)$/.test(method) ? 'Method' : 'CustomMethod'} ${powerWord(method)} -SkipHttpErrorCheck`,
        ...(signedBy === undefined ? headers : []),
        ...(body.length === 0
          ? []
          : [
              `-ContentType 'application/x-www-form-urlencoded' -Body (${body.join(' + ').replaceAll("' + '", '')})`,
            ]),
        ...(fileName === undefined ? [] : [`-Form @{ file = Get-Item ${powerQuote(fileName)} }`]),
      ].join(' `\n  '),
    ].join('\n')
  },
  fetch(call) {
    const { method, url, basic, fields, fileName, signedBy, tokenArguments } = call
    const token = authorizationOf(call, scriptQuote, '`Bearer ${token}`')
    const header =
      basic === undefined
        ? token
        : `\`Basic \${btoa(\`${basic[0]}:${basic[1] === secret ? `\${${scriptSecret}}` : basic[1]}\`)}\``
    const headers = header === undefined ? [] : [`  headers: { authorization: ${header} },`]
    const options = [
      ...(method === 'GET' ? [] : [`  method: ${scriptQuote(method)},`]),
      ...(signedBy === undefined ? headers : []),
      ...(fields === undefined
        ? []
        : [
            '  body: new URLSearchParams([',
            ...fields.map(
              ([name, value]) =>
                `    [${scriptQuote(name)}, ${value === secret ? scriptSecret : scriptQuote(value)}],`,
            ),
            '  ]),',
          ]),
      ...(fileName === undefined ? [] : ['  body: form,']),
    ]
    const imports = [
      ...(tokenArguments === undefined
        ? []
        : ["import { execFileSync } from 'node:child_process'"]),
      ...(fileName === undefined ? [] : ["import { openAsBlob } from 'node:fs'"]),
    ]
    return [
      ...imports,
      ...(imports.length === 0 ? [] : ['']),
      ...(tokenArguments === undefined
        ? []
        : [
            `const words = ${literalOf(['token', ...tokenArguments])}`,
            "const token = execFileSync('tao-upload-emulator', words, { encoding: 'utf8' }).trim()",
          ]),
      ...(signedBy === undefined
        ? []
        : [
            `const link = await fetch(${scriptQuote(signedBy)}, {`,
            ...headers,
            '})',
            'const { signedUrl } = await link.json()',
          ]),
      ...(fileName === undefined
        ? []
        : [
            'const form = new FormData()',
            `form.append('file', await openAsBlob(${scriptQuote(fileName)}), ${scriptQuote(fileName)})`,
          ]),
      `const response = await fetch(${[
        signedBy === undefined ? scriptQuote(url) : 'signedUrl',
        ...(options.length === 0 ? [] : [`{\n${options.join('\n')}\n}`]),
      ].join(', ')})`,
      'console.log(response.status, await response.text())',
    ].join('\n')
  },
  HTTPie(call) {
    const { method, basic, fields = [], fileName } = call
    const http = 'http --ignore-stdin'
    // A field of a request must not become an option of the command.
    const isOption = fields.some(([name]) => name.startsWith('-'))
    return shellLines(call, `${http} --body`, '', 'Authorization:', (target, header) => [
      `${http}${fields.length > 0 ? ' --form' : fileName === undefined ? '' : ' --multipart'}${basic === undefined ? '' : ` --auth ${shellPair(`${basic[0]}:`, basic[1])}`} ${shellWord(method)} ${target}${isOption ? ' --' : ''}`,
      ...header,
      ...fields.map(([name, value]) => shellPair(`${itemName(name)}=`, value, itemValue)),
      ...(fileName === undefined ? [] : [shellQuote(`file@${itemValue(fileName)}`)]),
    ])
  },
}

/** The value of the Authorization header. Undefined without one. */
function authorizationOf(
  { bearer, tokenArguments, authorization }: Call,
  quote: (text: string) => string,
  ofToken: string,
): string | undefined {
  if (tokenArguments !== undefined) return ofToken
  const text = bearer === undefined ? authorization : `Bearer ${bearer}`
  return text === undefined ? undefined : quote(text)
}

/** A command in a POSIX shell, after those that get its token and its address. */
function shellLines(
  call: Call,
  get: string,
  option: string,
  name: string,
  write: (target: string, header: readonly string[]) => readonly string[],
): string {
  const { url, signedBy, tokenArguments } = call
  const value = authorizationOf(call, (it) => shellQuote(name + it), `"${name}Bearer $token"`)
  const header = value === undefined ? [] : [option + value]
  const link = `sed 's/.*"signedUrl":"\\([^"]*\\)".*/\\1/'`
  return [
    ...(tokenArguments === undefined
      ? []
      : [`token=$(${[tokenCommand, ...tokenArguments.map(shellWord)].join(' ')})`]),
    ...(signedBy === undefined
      ? []
      : [`url=$(${[get, shellQuote(signedBy), ...header].join(' ')} | ${link})`]),
    (signedBy === undefined ? write(shellQuote(url), header) : write('"$url"', [])).join(' \\\n  '),
  ].join('\n')
}

const tokenCommand = 'tao-upload-emulator token'

const powerSecret = '$env:CLIENT_SECRET'
const scriptSecret = 'process.env.CLIENT_SECRET'

/** A flag and a method need no quotes. */
const isPlain = (text: string) => /^(?:--[a-z]+|[A-Z]+)$/.test(text)
const shellWord = (text: string) => (isPlain(text) ? text : shellQuote(text))
const powerWord = (text: string) => (isPlain(text) ? text : powerQuote(text))

/** One word for a POSIX shell, whatever is in it. */
function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** A name and its value as one word. */
function shellPair(name: string, value: string, write = (text: string) => text): string {
  return value === secret ? `${shellQuote(name)}"$CLIENT_SECRET"` : shellQuote(name + write(value))
}

/** A text in single quotes. PowerShell takes typographic quotes for quotes, too. */
function powerQuote(text: string): string {
  return `'${text.replace(/['\u2018-\u201b]/g, '$&$&')}'`
}

function powerPair(name: string, value: string): string {
  return value === secret ? `${powerQuote(name)} + ${powerSecret}` : powerQuote(name + value)
}

function powerToken({ tokenArguments }: Call): string[] {
  if (tokenArguments === undefined) return []
  return [`$token = ${[tokenCommand, ...tokenArguments.map(powerWord)].join(' ')}`]
}

/** The name of an item of HTTPie, without the characters that end it. */
const itemName = (name: string) => name.replace(/[\\:;=@]/g, '\\$&')

/** A value that HTTPie takes as it is: neither as a file, nor as an escape. */
const itemValue = (value: string) => value.replace(/\\|^[=@]/g, '\\$&')
