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
  locate(keys: readonly PropertyKey[]): Promise<string | undefined>
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
  mistakes.push(...(await duplicates(loaded)))
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
  const source = await parseSourceText(file, decodeUtf8(file, bytes))
  const parsed = parseBySchema(scenarioSchema, source.value)
  if ('mistakes' in parsed) throw new InputError(await locateMistakes(source, parsed.mistakes))
  return { scenario: parsed.value, locate: (keys) => source.locate(keys) }
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
  return { scenario: structuredClone(parsed.value), locate: async () => undefined }
}

/** The lists of a scenario, each with the field that names its items. */
const idFields = { clients: 'clientId', imports: 'referenceId', faults: 'id', uploads: 'id' }

/** Ids are unique, across all files of a scenario. */
async function duplicates(loaded: readonly LoadedScenario[]): Promise<Mistake[]> {
  const found = Object.entries(idFields).map(([list, field]) => duplicatesIn(list, field, loaded))
  return (await Promise.all(found)).flat()
}

async function duplicatesIn(
  list: string,
  field: string,
  loaded: readonly LoadedScenario[],
): Promise<Mistake[]> {
  const mistakes: Mistake[] = []
  const firsts = new Map<unknown, { locate: LoadedScenario['locate']; index: number }>()
  for (const { scenario, locate } of loaded) {
    for (const [index, item] of scenario[list as keyof Scenario].entries()) {
      const id = (item as Record<string, unknown>)[field]
      const first = firsts.get(id)
      if (first === undefined) {
        if (id !== undefined) firsts.set(id, { locate, index })
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
