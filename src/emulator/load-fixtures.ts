import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { InputError, type Mistake } from '../domain/errors.js'
import { type Scenario, type ScenarioFixture, scenarioSchema } from '../domain/fixture.js'
import { formatPath, parseBySchema } from '../domain/schema.js'
import { locateMistakes, parseSourceText } from './source-text.js'

/** Where a scenario comes from: a file, a folder of files, or the scenario itself. */
export type FixtureSource = string | ScenarioFixture

/** A scenario that was read, and how to tell where something stands in it. */
interface LoadedScenario {
  readonly scenario: Scenario
  locate(keys: readonly PropertyKey[]): string | undefined
}

/**
 * Loads all sources into one scenario.
 * Throws an `InputError` with every mistake in every one of them; nothing is loaded by halves.
 */
export async function loadFixtures(sources: readonly FixtureSource[]): Promise<Scenario> {
  const mistakes: Mistake[] = []
  const loaded: LoadedScenario[] = []
  for (const source of await listSources(sources)) {
    try {
      loaded.push(typeof source === 'string' ? await loadFile(source) : readScenario(source))
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      mistakes.push(...error.mistakes)
    }
  }
  mistakes.push(...duplicates(loaded))
  if (mistakes.length > 0) throw new InputError(mistakes)
  return {
    clients: loaded.flatMap(({ scenario }) => scenario.clients),
    imports: loaded.flatMap(({ scenario }) => scenario.imports),
    faults: loaded.flatMap(({ scenario }) => scenario.faults),
    uploads: loaded.flatMap(({ scenario }) => scenario.uploads),
  }
}

const scenarioFile = /\.(?:ya?ml|json)$/

export async function listSources(sources: readonly FixtureSource[]): Promise<FixtureSource[]> {
  const listed: FixtureSource[] = []
  for (const source of sources) {
    if (typeof source !== 'string' || !(await isFolder(source))) {
      listed.push(source)
      continue
    }
    const names = (await readdir(source).catch(unreadable(source))).sort()
    // Hidden names are editors' backups, and the data folders of a mounted Kubernetes ConfigMap.
    const files = names.filter(
      (name) => scenarioFile.test(name) && !name.startsWith('.') && name !== 'schema.json',
    )
    if (files.length === 0) {
      throw new InputError({
        path: source,
        message: 'the folder holds no .yaml, .yml or .json file',
      })
    }
    listed.push(...files.map((name) => join(source, name)))
  }
  return listed
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(unreadable(path))).isDirectory()
}

function unreadable(path: string): (cause: NodeJS.ErrnoException) => never {
  return (cause) => {
    const why: Record<string, string> = {
      ENOENT: 'there is no such file or folder',
      EACCES: 'may not be read by this user',
    }
    throw new InputError({
      path,
      message: why[String(cause.code)] ?? `cannot be read: ${cause.code}`,
    })
  }
}

async function loadFile(file: string): Promise<LoadedScenario> {
  const bytes = await readFile(file).catch(unreadable(file))
  const source = parseSourceText(file, decodeUtf8(file, bytes))
  const parsed = parseBySchema(scenarioSchema, source.value)
  if ('mistakes' in parsed) throw new InputError(locateMistakes(source, parsed.mistakes))
  return { scenario: asWritten(source.value, parsed.value), locate: (keys) => source.locate(keys) }
}

function decodeUtf8(file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new InputError({ path: file, message: 'is not UTF-8 text' })
  }
}

function readScenario(fixture: ScenarioFixture): LoadedScenario {
  const parsed = parseBySchema(scenarioSchema, fixture)
  if ('mistakes' in parsed) throw new InputError(parsed.mistakes)
  // A copy: what the caller changes later is not loaded by halves.
  const own = structuredClone(fixture)
  return { scenario: asWritten(own, parsed.value), locate: () => undefined }
}

/** Imports are kept as they were written: their numbers may be named by the referenceId. */
function asWritten(written: unknown, parsed: Omit<Scenario, 'imports'>): Scenario {
  const { clients, faults, uploads } = parsed
  return { clients, faults, uploads, imports: (written as ScenarioFixture).imports ?? [] }
}

type PlacedId = [list: string, index: number, field: string, id: string | undefined]

function idsOf({ clients, imports, faults, uploads }: Scenario): PlacedId[] {
  return [
    ...clients.map(({ clientId }, index): PlacedId => ['clients', index, 'clientId', clientId]),
    ...imports.map(
      ({ referenceId }, index): PlacedId => ['imports', index, 'referenceId', referenceId],
    ),
    ...faults.map(({ id }, index): PlacedId => ['faults', index, 'id', id]),
    ...uploads.map(({ id }, index): PlacedId => ['uploads', index, 'id', id]),
  ]
}

/** Ids are unique, across all files of a scenario. */
function duplicates(loaded: readonly LoadedScenario[]): Mistake[] {
  const mistakes: Mistake[] = []
  const seen = new Map<string, () => string | undefined>()
  for (const { scenario, locate } of loaded) {
    for (const [list, index, field, id] of idsOf(scenario)) {
      if (id === undefined) continue
      const keys = [list, index, field]
      const place = () => locate(keys)
      const first = seen.get(`${list} ${id}`)
      if (first === undefined) {
        seen.set(`${list} ${id}`, place)
        continue
      }
      mistakes.push({
        location: place(),
        path: formatPath(keys),
        message: `${JSON.stringify(id)} is there already${first() === undefined ? '' : `: ${first()}`}`,
      })
    }
  }
  return mistakes
}
