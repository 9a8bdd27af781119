import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { InputError, type Mistake } from '../domain/errors.js'
import { type Scenario, type ScenarioFixture, scenarioSchema } from '../domain/fixture.js'
import { formatPath, parseBySchema } from '../domain/schema.js'
import { locateMistakes, parseSourceText } from './source-text.js'
import { unreadable } from './unreadable.js'

/** Where a scenario comes from: a file, a folder of files, or the scenario itself. */
export type FixtureSource = string | ScenarioFixture

/** A source that was read, and how to tell where something stands in it. */
interface ReadSource {
  /** A scenario if there are no mistakes; else whatever was written. */
  readonly value: unknown
  readonly mistakes: readonly Mistake[]
  locate(keys: readonly PropertyKey[]): Promise<string | undefined>
}

/**
 * Loads all sources into one scenario.
 * Throws an `InputError` with every mistake in every one of them; nothing is loaded by halves.
 */
export async function loadFixtures(sources: readonly FixtureSource[]): Promise<Scenario> {
  const read: ReadSource[] = []
  for (const source of sources) read.push(...(await readSource(source).catch(unread)))
  const mistakes = [...read.flatMap((source) => source.mistakes), ...(await duplicates(read))]
  if (mistakes.length > 0) throw new InputError(mistakes)
  const scenarios = read.map(({ value }) => value as Scenario)
  return {
    clients: scenarios.flatMap(({ clients }) => clients),
    imports: scenarios.flatMap(({ imports }) => imports),
    faults: scenarios.flatMap(({ faults }) => faults),
    uploads: scenarios.flatMap(({ uploads }) => uploads),
  }
}

async function readSource(source: FixtureSource): Promise<ReadSource[]> {
  if (typeof source !== 'string') return [readScenario(source)]
  const read: ReadSource[] = []
  for (const file of await filesOf(source)) read.push(...(await readFixture(file).catch(unread)))
  return read
}

/** What is left of a source that cannot be read: its mistakes. */
function unread(error: unknown): ReadSource[] {
  if (!(error instanceof InputError)) throw error
  return [{ value: undefined, mistakes: error.mistakes, locate: nowhere }]
}

const nowhere = async () => undefined

const scenarioFile = /\.(?:ya?ml|json)$/

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
  const parsed = parseBySchema(scenarioSchema, source.value)
  const locate = (keys: readonly PropertyKey[]) => source.locate(keys)
  if (!('mistakes' in parsed)) return [{ value: parsed.value, mistakes: [], locate }]
  const mistakes = await locateMistakes(source, parsed.mistakes)
  return [{ value: source.value, mistakes, locate }]
}

function decodeUtf8(file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new InputError({ path: file, message: 'is not UTF-8 text' })
  }
}

function readScenario(fixture: ScenarioFixture): ReadSource {
  const parsed = parseBySchema(scenarioSchema, fixture)
  if ('mistakes' in parsed) {
    const mistakes = parsed.mistakes.map((it) => ({ ...it, path: it.path || 'fixtures' }))
    return { value: fixture, mistakes, locate: nowhere }
  }
  // A copy: what the caller changes later is not loaded by halves.
  return { value: structuredClone(parsed.value), mistakes: [], locate: nowhere }
}

/** The lists of a scenario, each with the field that names its items. */
const idFields = { clients: 'clientId', imports: 'referenceId', faults: 'id', uploads: 'id' }

/** Ids are unique, across all files of a scenario. */
async function duplicates(read: readonly ReadSource[]): Promise<Mistake[]> {
  const found = Object.entries(idFields).map(([list, field]) => duplicatesIn(list, field, read))
  return (await Promise.all(found)).flat()
}

async function duplicatesIn(
  list: string,
  field: string,
  read: readonly ReadSource[],
): Promise<Mistake[]> {
  const mistakes: Mistake[] = []
  const firsts = new Map<unknown, { locate: ReadSource['locate']; index: number }>()
  for (const { value, locate } of read) {
    for (const [index, id] of idsIn(value, list, field).entries()) {
      // In a source with mistakes it can be anything.
      if (typeof id !== 'string') continue
      const first = firsts.get(id)
      if (first === undefined) {
        firsts.set(id, { locate, index })
        continue
      }
      const place = await first.locate([list, first.index, field])
      const keys = [list, index, field]
      mistakes.push({
        location: await locate(keys),
        path: formatPath(keys),
        message: `${JSON.stringify(id)} is there already${place === undefined ? '' : `: ${place}`}`,
      })
    }
  }
  return mistakes
}

function idsIn(value: unknown, list: string, field: string): unknown[] {
  const items = (value as Record<string, unknown> | null | undefined)?.[list]
  if (!Array.isArray(items)) return []
  return items.map((item: Record<string, unknown> | null | undefined) => item?.[field])
}
