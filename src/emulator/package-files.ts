import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

// Two folders down, in `dist/emulator` as in `dist/bundle`.
const root = new URL('../../', import.meta.url)

const readJson = (path: string) => JSON.parse(readFileSync(new URL(path, root), 'utf8'))

/** The version of this package. */
export const version: string = readJson('package.json').version

/** The scenario that is loaded when none is named. */
export const defaultFixtures = fileURLToPath(new URL('fixtures/default.yaml', root))

/** The same file as the build has read it: its text, and the value of that. */
export const preparedFixtures: { readonly text: string; readonly value: unknown } = readJson(
  'dist/default-fixtures.json',
)

/** The built sandbox page. */
export const sandboxFolder = fileURLToPath(new URL('dist/sandbox/', root))
