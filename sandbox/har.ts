import type { JournalEntry } from '../src/domain/journal.js'

/**
 * A journal entry as an HTTP Archive, version 1.2, for tools that import requests. Secrets are redacted, as in the journal.
 * @param origin - the origin of the rostering API
 */
export function harOf(entry: JournalEntry, origin: string): string {
  const { at, durationMs, method, path, request, response } = entry
  const headers = request.headers
  const form = 'application/x-www-form-urlencoded'
  const body = response?.body ?? ''
  return JSON.stringify(
    {
      log: {
        version: '1.2',
        creator: { name: 'tao-upload-emulator', version: '' },
        entries: [
          {
            startedDateTime: at,
            time: durationMs,
            request: {
              method,
              url: origin + path,
              ...common(headers, request.body ?? ''),
              queryString: pairsOf(new URLSearchParams(path.split('?')[1])),
              ...(request.body !== null && {
                // The journal keeps the fields of a form, whatever its encoding was.
                postData: {
                  mimeType: form,
                  params: pairsOf(new URLSearchParams(request.body)),
                  text: request.body,
                },
              }),
            },
            response: {
              // A client that gets no response has the status 0.
              status: response?.status ?? 0,
              statusText: '',
              ...common(response?.headers ?? {}, body),
              content: {
                size: bytesOf(body),
                mimeType: response?.headers['content-type'] ?? 'x-unknown',
                text: body,
              },
              redirectURL: response?.headers.location ?? '',
            },
            cache: {},
            timings: { send: 0, wait: durationMs, receive: 0 },
            comment: entry.reason.message,
          },
        ],
      },
    },
    null,
    2,
  )
}

const bytesOf = (text: string) => new TextEncoder().encode(text).length

const common = (headers: Readonly<Record<string, string>>, body: string) => ({
  httpVersion: 'HTTP/1.1',
  cookies: [],
  headers: pairsOf(Object.entries(headers)),
  headersSize: -1,
  bodySize: bytesOf(body),
})

const pairsOf = (pairs: Iterable<[string, string]>) =>
  [...pairs].map(([name, value]) => ({ name, value }))
