import { Busboy, type BusboyConfig, type BusboyHeaders } from '@fastify/busboy'
import type { FastifyRequest } from 'fastify'

/** A parser of one multipart body. */
export type MultipartParser = InstanceType<typeof Busboy>

/** Makes a parser for the body that the headers announce; undefined if the `Content-Type` has no boundary. */
export function createMultipartParser(
  headers: FastifyRequest['headers'],
  options: Omit<BusboyConfig, 'headers'>,
): MultipartParser | undefined {
  try {
    return new Busboy({ ...options, headers: headers as BusboyHeaders })
  } catch {
    return undefined
  }
}
