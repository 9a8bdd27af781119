import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

// Two folders down, in `dist/emulator` as in `dist/bundle`.
const root = new URL('../../', import.meta.url)

/** The version of this package. */
export const version: string = JSON.parse(
  readFileSync(new URL('package.json', root), 'utf8'),
).version

/** The scenario that is loaded when none is named. */
export const defaultFixtures = fileURLToPath(new URL('fixtures/default.yaml', root))

/** The built sandbox page. */
export const sandboxFolder = fileURLToPath(new URL('dist/sandbox/', root))
