import { preparedFixtures } from './package-files.js'
import type { YamlText } from './yaml-text.js'

/** A YAML or JSON text, read: the value, and the place of each part of it. */
export interface SourceText {
  readonly value: unknown
  /** `file:line:column` of the value at `keys`, or of the field's name, or of what holds it. */
  locate(keys: readonly PropertyKey[], part?: 'name' | 'value'): Promise<string>
}

/**
 * Reads YAML 1.2, of which JSON is a part. Throws an `InputError` with every mistake of syntax.
 * The reader of YAML is slow to load and to run, so it comes last: for the place of a mistake, and for a text
 * that is neither JSON nor the package's own scenario.
 */
export async function parseSourceText(file: string, text: string): Promise<SourceText> {
  let reading: Promise<YamlText> | undefined
  const readYaml = () => {
    reading ??= import('./yaml-text.js').then(({ parseYaml }) => parseYaml(file, text))
    return reading
  }
  const value = /\.json$/i.test(file) ? tryJson(text) : preparedValue(text)
  return {
    value: value === undefined ? (await readYaml()).value : value,
    locate: async (keys, part = 'value') => (await readYaml()).locate(keys, part),
  }
}

function preparedValue(text: string): unknown {
  const { text: prepared, value } = preparedFixtures
  return text === prepared ? value : undefined
}

function tryJson(text: string): unknown {
  try {
    const value = JSON.parse(text)
    return countFields(value) === countNames(text) ? value : undefined
  } catch {
    return undefined
  }
}

/** Counts the fields of all mappings in a value. Their text has more if a field is repeated. */
function countFields(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  const items = Object.values(value)
  const own = Array.isArray(value) ? 0 : items.length
  return items.reduce<number>((count, item) => count + countFields(item), own)
}

function countNames(json: string): number {
  let count = 0
  for (const [, colon] of json.matchAll(/"(?:[^"\\]|\\.)*"\s*(:)?/g)) if (colon) count += 1
  return count
}
