import fc from 'fast-check'
import t from 'tap'
import {
  type Arguments,
  decodeRequest,
  type EncodedRequest,
  encodeRequest,
} from '../../src/domain/control/request.js'
import {
  type ControlRoute,
  controlRoutes,
  type RouteName,
} from '../../src/domain/control/routes.js'
import { ControlError } from '../../src/domain/errors.js'

/** Reads a request as a server does. */
function read(route: ControlRoute, { path, body, contentType }: EncodedRequest) {
  const url = new URL(path, 'http://127.0.0.1')
  const pattern = new RegExp(`^${route.path.replace(':id', '(?<id>[^/]+)')}$`)
  const params = Object.entries(pattern.exec(url.pathname)?.groups ?? {}).map(([name, text]) => [
    name,
    decodeURIComponent(text),
  ])
  return {
    params: Object.fromEntries(params) as Arguments,
    query: Object.fromEntries(url.searchParams) as Arguments,
    body: contentType === 'application/json' ? JSON.parse(body as string) : body,
  }
}

/** Any text that can stand in a path. */
const id = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
  .filter((text) => !/^\.{1,2}$/.test(text))
const text = fc.string({ unit: 'grapheme', maxLength: 40 })
const ofType: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  number: fc.nat(),
  boolean: fc.boolean(),
  record: fc.dictionary(text, text, { noNullPrototype: true }),
}
const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)))

/** Arguments of the type that a route takes, though not always right. */
function argumentsOf(route: ControlRoute): fc.Arbitrary<Arguments> {
  const { entries } = route.schema as unknown as {
    entries: Record<string, { type: string; wrapped?: { type: string } }>
  }
  const hasBody = route.method === 'POST' || route.method === 'PATCH'
  const fields = Object.entries(entries).map(([name, entry]) => {
    const { type } = entry.wrapped ?? entry
    if (name === 'id') return [name, id] as const
    if (name === route.body) return [name, json] as const
    return [name, hasBody ? json : (ofType[type] ?? text)] as const
  })
  const requiredKeys = ['id', route.body ?? ''].filter((name) => name in entries)
  return fc.record(Object.fromEntries(fields), {
    requiredKeys,
    noNullPrototype: true,
  }) as fc.Arbitrary<Arguments>
}

t.test('a request of any verb is read as it was written', async (t) => {
  for (const name of Object.keys(controlRoutes) as RouteName[]) {
    const route: ControlRoute = controlRoutes[name]
    const agrees = fc.property(argumentsOf(route), (input) => {
      const request = encodeRequest(route, input)
      t.equal(request.method, route.method)
      t.strictSame(decodeRequest(route, read(route, request)), input)
    })
    t.doesNotThrow(() => fc.assert(agrees, { numRuns: 50, seed: 1 }), name)
  }
})

t.test('an argument that no path can have is refused', async (t) => {
  const cases = [
    ['', '""'],
    ['.', '"."'],
    ['..', '".."'],
    ['\ud800', '"\\ud800" (U+D800, half of a character)'],
  ] as const
  for (const [text, shown] of cases) {
    t.throws(
      () => encodeRequest(controlRoutes['imports.get'], { id: text }),
      new ControlError('invalid_input', `${shown} cannot be part of the path of a URL`, 'id'),
    )
  }
})
