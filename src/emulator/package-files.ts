import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

// Two folders down, in `dist/emulator` as in `dist/bundle`.
const root = new URL('../../', import.meta.url)

const readJson = (path: string) => JSON.parse(readFileSync(new URL(path, root), 'utf8'))

/** The version of this package. */
export const version: string = readJson('package.json').version

/** The scenario that is loaded when none is named. */
export const defaultFixtures = fileURLToPath(new URL('fixtures/default.yaml', root))

/** The text of that file and its value, as the build has read them. */
export interface PreparedFixtures {
  readonly text: string
  readonly value: unknown
}

/** Returns the prepared fixtures; undefined if the package has not been built. */
export function readPreparedFixtures(
  path = 'dist/default-fixtures.json',
): PreparedFixtures | undefined {
  return existsSync(new URL(path, root)) ? readJson(path) : undefined
}

/** The built documentation. */
export const docsFolder = fileURLToPath(new URL('dist/docs/', root))

/** The OpenAPI documents. */
export const openapiFolder = fileURLToPath(new URL('openapi/', root))

/** The built sandbox page. */
export const sandboxFolder = fileURLToPath(new URL('dist/sandbox/', root))
