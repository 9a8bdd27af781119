import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { ControlError } from '../../domain/errors.js'

/** The files of which the page consists, and their types. */
export const pageFiles = {
  'index.html': 'text/html; charset=utf-8',
  'app.js': 'text/javascript; charset=utf-8',
  'app.css': 'text/css; charset=utf-8',
} as const

export type PageFileName = keyof typeof pageFiles

/** A built file as it is sent. */
export interface PageFile {
  readonly content: Buffer
  readonly gzipped: Buffer
  /** Weak, as it is the same for both. */
  readonly etag: string
}

/** Reads the built page, each file when it is first asked for: most emulators are never looked at. */
export function createPageReader(folder: string): (name: PageFileName) => Promise<PageFile> {
  const read = new Map<PageFileName, PageFile>()
  return async (name) => {
    const known = read.get(name)
    if (known !== undefined) return known
    const content = await readFile(join(folder, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
      throw new ControlError('not_found', 'The sandbox page is not built: npm run build makes it')
    })
    const etag = `W/"${createHash('sha256').update(content).digest('base64url')}"`
    const file = { content, gzipped: gzipSync(content), etag }
    read.set(name, file)
    return file
  }
}
