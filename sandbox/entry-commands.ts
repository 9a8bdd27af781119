import type { JournalEntry } from '../src/domain/journal.js'
import { flawOf } from './test-snippet.js'

/*
 * A journal entry as a command. The journal has no secrets: commands get a token of the emulator, and read the secret
 * of a client from CLIENT_SECRET.
 */

/**
 * The request of an entry for curl in a POSIX shell.
 * @param apiUrl - the base address of the rostering API, without a slash at its end
 */
export function curlOf(entry: JournalEntry, apiUrl: string): string {
  const { operation, method, path, response, request } = entry
  // The journal keeps no signature of a link.
  const isLink = operation === 'result' && response?.status === 200
  return [
    `curl --include ${method === 'HEAD' ? '--head' : `--request ${quote(method)}`}`,
    isLink ? `"${linkOf(entry, apiUrl)}"` : quote(new URL(apiUrl).origin + path),
    ...authorizationOf(entry, apiUrl),
    ...(operation === 'upload' ? [`--form 'file=@"roster.csv"'`] : []),
    ...(request.body === null || operation === 'upload' ? [] : formOf(entry, request.body)),
  ].join(' \\\n  ')
}

function linkOf(entry: JournalEntry, apiUrl: string): string {
  const id = encodeURIComponent(String(entry.referenceId))
  const url = quote(`${apiUrl}/api/v1/upload/api/v1/download/${id}`)
  const signedUrl = `sed 's/.*"signedUrl":"\\([^"]*\\)".*/\\1/'`
  return `$(curl --silent ${url} --header "Authorization: Bearer ${tokenCommand(entry, apiUrl)}" | ${signedUrl})`
}

function authorizationOf(entry: JournalEntry, apiUrl: string): string[] {
  const { authorization } = entry.request.headers
  if (authorization === undefined) return []
  if (/^bearer/i.test(authorization)) {
    return [`--header "Authorization: Bearer ${tokenCommand(entry, apiUrl)}"`]
  }
  if (/^basic/i.test(authorization) && entry.operation === 'token') {
    return [`--user ${quote(`${encodeURIComponent(String(entry.client))}:`)}"${secretOf(entry)}"`]
  }
  return [`--header ${quote(`Authorization: ${authorization}`)}`]
}

/** A command in place of the token, with the flaw that the token had. */
function tokenCommand({ client, request, reason }: JournalEntry, apiUrl: string): string {
  const flaw = flawOf[reason.code]
  const scope = reason.code === 'scope-missing' ? request.token?.scope : undefined
  return `$(tao-upload-emulator token --url ${quote(apiUrl)}${flag('client', client)}${flag('scope', scope)}${flag('flaw', flaw)})`
}

const flag = (name: string, value: unknown) =>
  typeof value === 'string' && value !== '' ? ` --${name} ${quote(value)}` : ''

function formOf(entry: JournalEntry, body: string): string[] {
  return [...new URLSearchParams(body)].map(([name, value]) =>
    value === '[redacted]'
      ? `--data-urlencode ${quote(`${name}=`)}"${secretOf(entry)}"`
      : `--data-urlencode ${quote(`${name}=${value}`)}`,
  )
}

const secretOf = ({ reason }: JournalEntry) =>
  reason.code === 'client-secret-wrong' ? 'wrong' : '$CLIENT_SECRET'

/** One word for a POSIX shell, whatever is in it. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
