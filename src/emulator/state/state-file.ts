import { createHash } from 'node:crypto'
import { open, readFile, realpath, rename, rm } from 'node:fs/promises'
import * as v from 'valibot'
import { formatMistake, InputError } from '../../domain/errors.js'
import { type Scenario, scenarioSchema } from '../../domain/fixture.js'
import { list, mapping, parseBySchema, text } from '../../domain/schema.js'
import { type ChangesState, changesSchema, stateVersion } from '../../domain/state.js'
import { unreadable } from '../fixtures/read-failure.js'

/** The name of the format of state files. */
const format = 'tao-upload-emulator state file'

/** The contents of a state file. */
export interface StateFileContents {
  /** The private JWK that signs tokens. Absent where the key is given to each start. */
  readonly signingKey?: Record<string, unknown> | undefined
  /** The key that signs links to result files, in base64. */
  readonly linkKey: string
  /** The main workspace, then the others, the least recently used first. */
  readonly workspaces: readonly SavedWorkspace[]
}

/** A workspace in a state file. */
export interface SavedWorkspace {
  /** Null for the main one. */
  readonly name: string | null
  /** Null for the scenario of the fixtures. */
  readonly scenario: Scenario | null
  readonly changes: ChangesState<string>
}

const contentsSchema = mapping({
  signingKey: v.optional(v.record(v.string(), v.unknown(), 'must be a mapping')),
  linkKey: v.pipe(text, v.base64('must be base64')),
  workspaces: list(
    mapping({
      name: v.nullable(text),
      scenario: v.nullable(scenarioSchema),
      changes: changesSchema,
    }),
  ),
}) satisfies v.GenericSchema<unknown, StateFileContents>

/**
 * Reads a state file. Undefined if there is none. Throws an `InputError` for one that is damaged, or of another version. It is
 * never changed here.
 */
export async function readStateFile(path: string): Promise<StateFileContents | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' ? undefined : unreadable(path)(error),
  )
  if (text === undefined) return undefined
  const refused = (message: string) =>
    new InputError({ path, message: `${message}. Move the file away to start without it` })
  // The first line describes the second.
  const [head = '', body = ''] = text.split('\n')
  const { format: found, version, sha256 } = Object(tryJson(head)) as Record<string, unknown>
  if (found !== format) throw refused('is no state file of this emulator')
  if (version !== stateVersion) {
    throw refused(
      `is of version ${JSON.stringify(version)}, and this emulator reads ${stateVersion}`,
    )
  }
  if (sha256 !== sha256Of(body)) throw refused('is damaged: its contents do not match its checksum')
  const parsed = parseBySchema(contentsSchema, tryJson(body))
  if (!('mistakes' in parsed)) return parsed.value
  throw refused(`is damaged: ${parsed.mistakes.slice(0, 1).map(formatMistake).join('')}`)
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The text of a state file. */
export function stateFileText(contents: StateFileContents): string {
  const body = JSON.stringify(contents)
  const head = JSON.stringify({ format, version: stateVersion, sha256: sha256Of(body) })
  return `${head}\n${body}\n`
}

function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** Writes a state file. A reader, or a process that is killed meanwhile, finds the old file or the new one. */
export async function writeStateFile(path: string, text: string): Promise<void> {
  // Through a symbolic link, not in its place.
  const target = await realpath(path).catch(() => path)
  const part = `${target}.part`
  await rm(part, { force: true })
  const file = await open(part, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(part, target)
}
