/*
 * The parts that both OpenAPI documents have.
 */

export const ref = (part, name) => ({ $ref: `#/components/${part}/${name}` })

/** The first sentence as the summary, without its full stop, and the whole text as the description. */
export function describe(text) {
  const [sentence = text] = /^.*?[^.]\.(?= |$)/.exec(text) ?? []
  const summary = sentence.replace(/\.$/, '').replaceAll('`', '')
  return { summary, description: text }
}

/** The sentences of the headers that responses have, apart from those of every HTTP response. */
const headerTexts = {
  'x-content-type-options': 'Keeps browsers from guessing another type.',
  'cache-control': 'Keeps caches from storing the response.',
  allow: 'The methods that the path has.',
  pragma: 'Keeps old caches from storing the response.',
  'www-authenticate': 'The scheme to authenticate with, and the error of the token that was sent.',
  'content-disposition': 'The name of the file.',
  connection:
    'The emulator closes the connection, because it does not read the rest of the request.',
}

const everyResponse = ['content-type', 'content-length', 'date']

/** The headers of some responses with the same status. One that not all of them have is optional. */
export function headersOf(responses) {
  const names = new Set(responses.flatMap(({ headers }) => Object.keys(headers)))
  const own = [...names].filter((name) => !everyResponse.includes(name))
  const described = own.flatMap((name) => {
    const values = responses.map(({ headers }) => headers[name])
    // Injected requests have no connection to keep.
    if (values.includes('keep-alive')) return []
    if (sharedHeaders[name] !== undefined) return [[name, ref('headers', name)]]
    const example = values.find((value) => value !== undefined)
    return [[name, headerOf(name, example, !values.includes(undefined))]]
  })
  return described.length === 0 ? {} : { headers: Object.fromEntries(described) }
}

function headerOf(name, example, required) {
  const description = headerTexts[name]
  if (description === undefined) throw new Error(`scripts/openapi/shared.js: describe ${name}`)
  return { description, required, schema: { type: 'string' }, example }
}

/** The headers that have the same value wherever they are. */
const sharedHeaders = {
  'x-content-type-options': headerOf('x-content-type-options', 'nosniff', true),
  'cache-control': headerOf('cache-control', 'no-store', true),
  pragma: headerOf('pragma', 'no-cache', true),
}

/** The components for those headers that a document refers to. */
export function headerComponents(document) {
  const text = JSON.stringify(document)
  const used = Object.entries(sharedHeaders).filter(([name]) =>
    text.includes(`"#/components/headers/${name}"`),
  )
  return Object.fromEntries(used)
}

/** Adds the type to a schema that has values alone, as some generators need it. */
export function withTypes(schema) {
  if (Array.isArray(schema)) return schema.map(withTypes)
  if (typeof schema !== 'object' || schema === null) return schema
  const parts = Object.fromEntries(
    Object.entries(schema).map(([name, part]) => [
      name,
      ['default', 'const', 'enum', 'required'].includes(name) ? part : withTypes(part),
    ]),
  )
  // The dialect of the schema. A field may have the same name.
  if (typeof parts.$schema === 'string') delete parts.$schema
  if (parts.const !== undefined && parts.type === undefined) {
    return { type: typeof parts.const, ...parts }
  }
  if (parts.required?.length === 0) delete parts.required
  return parts
}
