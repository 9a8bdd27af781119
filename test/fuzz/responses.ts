/* Reads what a server sent on one connection, and judges it. */

/** One response as it came. */
export interface SentResponse {
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

const statusLine = /^HTTP\/1\.1 (\d{3}) [\x20-\x7e]*$/
const field = /^([\w!#$%&'*+.^`|~-]+): ([\t\x20-\x7e\x80-\xff]*)$/

/**
 * Takes the responses of a connection apart. Throws where the bytes are not whole responses, one after the other.
 * A response to HEAD has a length and no body: the next response, or the end, stands in its place.
 */
export function parseResponses(bytes: Buffer): SentResponse[] {
  const responses: SentResponse[] = []
  let rest = bytes.toString('latin1')
  while (rest !== '') {
    const end = rest.indexOf('\r\n\r\n')
    if (end < 0) throw new Error(`a head without an end: ${JSON.stringify(rest.slice(0, 200))}`)
    const [first = '', ...lines] = rest.slice(0, end).split('\r\n')
    const status = Number(statusLine.exec(first)?.[1])
    if (Number.isNaN(status)) throw new Error(`not a status line: ${JSON.stringify(first)}`)
    const headers = new Map(lines.map(parseField))
    rest = rest.slice(end + 4)
    if (status === 100) continue
    const length = Number(headers.get('content-length') ?? 0)
    const isHead = rest === '' || rest.startsWith('HTTP/1.1 ')
    const body = isHead ? '' : rest.slice(0, length)
    if (!isHead && body.length < length) throw new Error(`a body of ${body.length}, not ${length}`)
    rest = rest.slice(body.length)
    responses.push({ status, headers, body })
  }
  return responses
}

function parseField(line: string): [string, string] {
  const [, name = '', value = ''] = field.exec(line) ?? []
  if (name === '') throw new Error(`not a header: ${JSON.stringify(line)}`)
  return [name.toLowerCase(), value]
}

/** Says what is wrong with a response: its status, or a body that is not in the dialect of any scope. */
export function responseMistake({ status, headers, body }: SentResponse): string | undefined {
  if (status >= 500 && status !== 505) return `the status ${status}: ${body}`
  if (headers.get('x-content-type-options') !== 'nosniff') return `no nosniff on ${status}`
  if (status < 400 || body === '') return undefined
  const type = headers.get('content-type')
  if (type === 'text/plain') {
    return /^[\x20-\x7e]{1,200}$/.test(body) ? undefined : `an odd text: ${JSON.stringify(body)}`
  }
  if (type?.split(';')[0] !== 'application/json') return `the type ${type}`
  const refusal = JSON.parse(Buffer.from(body, 'latin1').toString()) as Record<string, unknown>
  const keys = Object.keys(refusal).join()
  const isKnown = ['message', 'error,error_description', 'error,message', 'error,message,path']
  return isKnown.includes(keys) ? undefined : `the refusal ${body}`
}
