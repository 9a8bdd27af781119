import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const root = new URL('../..', import.meta.url).pathname
export const bench = new URL('..', import.meta.url).pathname

const folder = mkdtempSync(join(tmpdir(), 'bench-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))

/** A path for a file that is gone when the run is over. */
export const scratch = (name) => join(folder, name)

export function scratchFile(name, text) {
  writeFileSync(scratch(name), text)
  return scratch(name)
}
