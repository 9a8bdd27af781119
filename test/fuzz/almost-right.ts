import fc from 'fast-check'

/** Values that a field of another kind may hold, or that nearly are what it takes. */
const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    ...[
      '',
      ' ',
      '\n',
      '1s\n',
      '0s',
      '-1s',
      '1.s',
      '.5s',
      '1e9d',
      '999999d',
      '{n}',
      '{n}s',
      '*',
      '**',
      '*{n}',
    ],
    ...[
      '\0',
      '\ud800',
      '\u202e',
      '__proto__',
      'constructor',
      'toString',
      'NaN',
      '1',
      'true',
      'null',
    ],
    ...[
      '2026-02-30T00:00:00Z',
      '9999-12-31T23:59:59.999Z',
      '+275760-09-13T00:00:00Z',
      '1970-01-01T00:00Z',
    ],
    ...[`${'9'.repeat(400)}d`, 'a'.repeat(5000), '*a'.repeat(300), '“1”', 'processed\u200b'],
    ...[null, true, false, 0, -0, -1, 1.5, 1e308, 2 ** 53, 1_000_000_001, 599, 204],
    ...[[], [null], [[]], {}, { min: '1s', max: '' }, { median: '2s', p99: '1s' }, { min: '1s' }],
  ),
  fc.string({ unit: 'binary', maxLength: 8 }),
  fc.jsonValue({ maxDepth: 3 }),
  fc.integer({ min: 1, max: 400 }).map((depth) => nested(depth)),
)

/** A list in a list, that many times. */
export function nested(depth: number): unknown {
  let value: unknown = []
  for (let level = 0; level < depth; level += 1) value = [value]
  return value
}

/** A sample with up to three of its values left out, replaced, doubled, or joined by a field that it has not. */
export function almost(sample: unknown): fc.Arbitrary<unknown> {
  const paths = pathsOf(sample)
  const edit = fc.tuple(
    fc.constantFrom(...paths),
    fc.constantFrom('replace', 'replace', 'remove', 'add', 'list'),
    oddValue,
    fc.constantFrom('extra', 'status', 'error', 'timeline', '__proto__', 'a\u200b', ''),
  )
  return fc.array(edit, { minLength: 1, maxLength: 3 }).map((edits) => {
    const root = { value: structuredClone(sample) }
    for (const [path, kind, odd, name] of edits) {
      // A copy: a later edit may go into it, and the next input has to find it as it was.
      apply(root, ['value', ...path], kind, structuredClone(odd), name)
    }
    return root.value
  })
}

type Keys = readonly (string | number)[]

function pathsOf(value: unknown, path: Keys = []): Keys[] {
  if (typeof value !== 'object' || value === null) return [path]
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value)
  const parts = value as Record<string | number, unknown>
  return [path, ...keys.flatMap((key) => pathsOf(parts[key], [...path, key]))]
}

function apply(root: object, path: Keys, kind: string, odd: unknown, name: string): void {
  let holder = root as Record<string | number, unknown>
  for (const key of path.slice(0, -1)) {
    const next = holder[key]
    // An earlier edit took it away.
    if (typeof next !== 'object' || next === null) return
    holder = next as Record<string | number, unknown>
  }
  const key = path.at(-1) as string | number
  const value = holder[key]
  if (kind === 'remove') delete holder[key]
  else if (kind === 'list') holder[key] = [value, value]
  else if (kind === 'add' && typeof value === 'object' && value !== null) {
    Object.defineProperty(value, name, {
      value: odd,
      enumerable: true,
      configurable: true,
      writable: true,
    })
  } else holder[key] = odd
}
