import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { InputError, type Mistake, maxMistakes } from '../domain/errors.js'
import { type Scenario, type ScenarioFixture, scenarioSchema } from '../domain/fixture.js'
import { formatPath, parseBySchema } from '../domain/schema.js'
import { quoted } from '../domain/visible-text.js'
import { parseSourceText } from './source-text.js'
import { unreadable } from './unreadable.js'

/** The source of a scenario: a file, a folder of files, or the scenario itself. */
export type FixtureSource = string | ScenarioFixture

/** A source that was read, and how to tell where something stands in it. */
interface ReadSource {
  /** A scenario if there are no mistakes; else whatever was written. */
  readonly value: unknown
  /** Located only when they are listed: that reads the whole text once more. */
  readonly mistakes: (() => Promise<Mistake>)[]
  /** The number of mistakes, if more were found than are kept. */
  readonly dropped: number
  locate(keys: readonly PropertyKey[], part?: 'name' | 'value'): Promise<string | undefined>
}

/**
 * Loads all sources into one scenario.
 * Throws an `InputError` with the mistakes of every one of them; nothing is loaded by halves.
 */
export async function loadFixtures(sources: readonly FixtureSource[]): Promise<Scenario> {
  const read: ReadSource[] = []
  for (const source of sources) read.push(...(await readSource(source).catch(unread)))
  addDuplicates(read)
  const total = read.reduce((sum, { mistakes, dropped }) => sum + mistakes.length + dropped, 0)
  if (total > 0) throw new InputError(await firstMistakes(read), total)
  const scenarios = read.map(({ value }) => value as Scenario)
  return {
    clients: scenarios.flatMap(({ clients }) => clients),
    imports: scenarios.flatMap(({ imports }) => imports),
    faults: scenarios.flatMap(({ faults }) => faults),
    uploads: scenarios.flatMap(({ uploads }) => uploads),
    // If two files set a switch, the later one wins.
    service: Object.assign({}, ...scenarios.map(({ service }) => service)),
  }
}

/** As many mistakes as are listed, those of each source in the order of their places. */
async function firstMistakes(read: readonly ReadSource[]): Promise<Mistake[]> {
  const first: Mistake[] = []
  for (const { mistakes } of read) {
    const listed = mistakes.slice(0, maxMistakes - first.length)
    const located = await Promise.all(listed.map((locate) => locate()))
    first.push(...located.sort((a, b) => byPlace.compare(a.location ?? '', b.location ?? '')))
  }
  return first
}

/** Compares `file:9:5` and `file:10:5` by their numbers. */
const byPlace = new Intl.Collator('en', { numeric: true })

async function readSource(source: FixtureSource): Promise<ReadSource[]> {
  if (typeof source !== 'string') return [readScenario(source)]
  const read: ReadSource[] = []
  for (const file of await filesOf(source)) read.push(...(await readFixture(file).catch(unread)))
  return read
}

/** The mistakes of a source that cannot be read. */
function unread(error: unknown): ReadSource[] {
  if (!(error instanceof InputError)) throw error
  const listed = error.mistakes.slice(0, maxMistakes)
  const mistakes = listed.map((mistake) => async () => mistake)
  return [{ value: undefined, mistakes, dropped: error.total - listed.length, locate: nowhere }]
}

const nowhere = async () => undefined

const scenarioFile = /\.(?:ya?ml|json)$/i

/** The file at a path, or the files of a folder in the order of their names. */
export async function filesOf(path: string): Promise<string[]> {
  const stats = await stat(path).catch(unreadable(path))
  if (!stats.isDirectory()) return [path]
  const names = (await readdir(path).catch(unreadable(path))).sort()
  // Hidden names are editors' backups, and the data folders of a mounted Kubernetes ConfigMap.
  const files = names.filter(
    (name) => scenarioFile.test(name) && !name.startsWith('.') && name !== 'schema.json',
  )
  if (files.length === 0) {
    throw new InputError({ path, message: 'the folder holds no .yaml, .yml or .json file' })
  }
  return files.map((name) => join(path, name))
}

async function readFixture(file: string): Promise<ReadSource[]> {
  const bytes = await readFile(file).catch(unreadable(file))
  const source = await parseSourceText(file, decodeUtf8(file, bytes))
  if (source.value === null) {
    const what = bytes.length === 0 ? 'is empty' : 'contains only comments'
    throw new InputError({
      path: file,
      message: `${what}: write {} for an empty scenario`,
    })
  }
  const parsed = parseBySchema(scenarioSchema, source.value)
  const { locate } = source
  if (!('mistakes' in parsed)) return [{ value: parsed.value, mistakes: [], dropped: 0, locate }]
  const mistakes = parsed.mistakes.map(({ keys, path, message }) => async () => {
    const isName = message.startsWith('unknown field')
    return { location: await locate(keys, isName ? 'name' : 'value'), path, message }
  })
  return [{ value: source.value, mistakes, dropped: 0, locate }]
}

function decodeUtf8(file: string, bytes: Uint8Array): string {
  const text = decode(bytes)
  if (text !== undefined && !text.includes('\0')) return text
  // Two bytes a character: what PowerShell writes with >.
  const isUtf16 = text !== undefined || bytes[0] === 0xff || bytes[0] === 0xfe
  const message = isUtf16 ? 'is UTF-16 text: save it as UTF-8' : 'is not UTF-8 text'
  throw new InputError({ path: file, message })
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

function readScenario(fixture: ScenarioFixture): ReadSource {
  const parsed = parseBySchema(scenarioSchema, fixture)
  if ('mistakes' in parsed) {
    const mistakes = parsed.mistakes.map(({ path, message }) => async () => {
      return { path: path || 'fixtures', message }
    })
    return { value: fixture, mistakes, dropped: 0, locate: nowhere }
  }
  // A copy: what the caller changes later is not loaded by halves.
  return { value: structuredClone(parsed.value), mistakes: [], dropped: 0, locate: nowhere }
}

/** The lists of a scenario, each with the field that names its items. */
const idFields = { clients: 'clientId', imports: 'referenceId', faults: 'id', uploads: 'id' }

/** Ids are unique, across all files of a scenario: one that is there already is a mistake of its source. */
function addDuplicates(read: readonly ReadSource[]): void {
  for (const [list, field] of Object.entries(idFields)) addDuplicatesIn(list, field, read)
}

function addDuplicatesIn(list: string, field: string, read: readonly ReadSource[]): void {
  const firsts = new Map<unknown, { locate: ReadSource['locate']; index: number }>()
  for (const { value, mistakes, locate } of read) {
    for (const [index, id] of idsIn(value, list, field).entries()) {
      // In a source with mistakes it can be anything.
      if (typeof id !== 'string') continue
      const first = firsts.get(id)
      if (first === undefined) {
        firsts.set(id, { locate, index })
        continue
      }
      mistakes.push(async () => {
        const place = await first.locate([list, first.index, field])
        const keys = [list, index, field]
        return {
          location: await locate(keys),
          path: formatPath(keys),
          message: `Duplicate id ${quoted(id)}${place === undefined ? '' : `; first used at ${place}`}`,
        }
      })
    }
  }
}

function idsIn(value: unknown, list: string, field: string): unknown[] {
  const items = (value as Record<string, unknown> | null | undefined)?.[list]
  if (!Array.isArray(items)) return []
  return items.map((item: Record<string, unknown> | null | undefined) => item?.[field])
}
