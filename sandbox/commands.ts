import type { Call } from './calls.js'
import { scriptQuote } from './literals.js'

export const languages = ['curl', 'fetch', 'HTTPie'] as const

export type Language = (typeof languages)[number]

/** A call as a command or code to copy. */
export const commandOf = (language: Language, call: Call): string => writers[language](call)

const writers: Readonly<Record<Language, (call: Call) => string>> = {
  curl({ url, bearer, fields, fileName }) {
    return joinLines([
      `curl --include ${shellQuote(url)}`,
      ...(bearer === undefined
        ? []
        : [`--header ${shellQuote(`Authorization: Bearer ${bearer}`)}`]),
      ...Object.entries(fields ?? {}).map(
        ([name, value]) => `--form-string ${shellQuote(`${name}=${value}`)}`,
      ),
      ...(fileName === undefined ? [] : [`--form ${shellQuote(`file=@"${fileName}"`)}`]),
    ])
  },
  HTTPie({ method, url, bearer, fields, fileName }) {
    const form = fields === undefined ? '' : '--form '
    return joinLines([
      `http ${fileName === undefined ? form : '--multipart '}${method} ${shellQuote(url)}`,
      ...(bearer === undefined ? [] : [shellQuote(`Authorization:Bearer ${bearer}`)]),
      ...Object.entries(fields ?? {}).map(([name, value]) => shellQuote(`${name}=${value}`)),
      ...(fileName === undefined ? [] : [shellQuote(`file@${fileName}`)]),
    ])
  },
  fetch({ method, url, bearer, fields, fileName }) {
    const options = [
      ...(method === 'GET' ? [] : [`  method: ${scriptQuote(method)},`]),
      ...(bearer === undefined
        ? []
        : [`  headers: { authorization: ${scriptQuote(`Bearer ${bearer}`)} },`]),
      ...(fields === undefined
        ? []
        : ['  body: new URLSearchParams({', ...fieldLines(fields), '  }),']),
      ...(fileName === undefined ? [] : ['  body: form,']),
    ]
    const request =
      options.length === 0
        ? [`const response = await fetch(${scriptQuote(url)})`]
        : [`const response = await fetch(${scriptQuote(url)}, {`, ...options, '})']
    return [
      ...(fileName === undefined
        ? []
        : [
            "import { openAsBlob } from 'node:fs'",
            '',
            'const form = new FormData()',
            `form.append('file', await openAsBlob(${scriptQuote(fileName)}), ${scriptQuote(fileName)})`,
          ]),
      ...request,
      'console.log(response.status, await response.text())',
    ].join('\n')
  },
}

function fieldLines(fields: Readonly<Record<string, string>>): string[] {
  return Object.entries(fields).map(([name, value]) => `    ${name}: ${scriptQuote(value)},`)
}

const joinLines = (lines: readonly string[]) => lines.join(' \\\n  ')

/** One word for a POSIX shell, whatever is in it. */
function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
