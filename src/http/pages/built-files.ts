import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'

/** A built file as it is sent. */
export interface BuiltFile {
  readonly content: Buffer
  readonly gzipped: Buffer
  /** Weak, because it is the same for both. */
  readonly etag: string
}

/** Returns the file of this name, or undefined if it is not built. */
export type ReadBuiltFile = (name: string) => Promise<BuiltFile | undefined>

/** Reads built files, each on the first request for it: most emulators are never opened in a browser. */
export function createFileReader(folder: string): ReadBuiltFile {
  const read = new Map<string, BuiltFile>()
  return async (name) => {
    const known = read.get(name)
    if (known !== undefined) return known
    const content = await readFile(join(folder, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
    })
    if (content === undefined) return undefined
    const etag = `W/"${createHash('sha256').update(content).digest('base64url')}"`
    const file = { content, gzipped: gzipSync(content), etag }
    read.set(name, file)
    return file
  }
}

/** Sends a built file, compressed for clients that accept gzip, or 304 if the client has it. */
export function sendBuiltFile(
  request: FastifyRequest,
  reply: FastifyReply,
  { content, gzipped, etag }: BuiltFile,
  type: string,
): FastifyReply {
  reply.headers({ 'content-type': type, etag, vary: 'accept-encoding' })
  if (request.headers['if-none-match'] === etag) return reply.code(304).send()
  if (!/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) return reply.send(content)
  return reply.header('content-encoding', 'gzip').send(gzipped)
}
