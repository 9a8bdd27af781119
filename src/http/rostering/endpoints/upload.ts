import type { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import { VendorError } from '../../../domain/errors.js'
import { quoted } from '../../../domain/visible-text.js'
import type { Emulator } from '../../../emulator/emulator.js'
import {
  type RosterLimits,
  type RosterOutcome,
  readRoster,
} from '../../../emulator/roster/roster-file.js'
import { openZip, refuseUnreadable } from '../../../emulator/roster/zip-file.js'
import { type Answer, json } from '../../answer.js'
import type { Endpoint } from '../endpoint.js'
import { readUpload } from '../upload-form.js'

/** Takes a roster in: contract §3. */
export const upload: Endpoint = {
  methods: ['POST'],
  paths: ['/api/v1/upload/api/v1/upload', '/api/v1/upload'],
  bearer: true,
  body: 'streamed',
  answer: takeRoster,
}

interface ReadRoster {
  /** A file in a ZIP archive has its own name. */
  readonly fileName: string
  /** The outcome of the file, or its refusal: a planned outcome applies to any file. */
  readonly content: RosterOutcome | VendorError
}

async function takeRoster(emulator: Emulator, request: FastifyRequest): Promise<Answer> {
  const { exchange } = request
  const { maxUploadSize: maxBytes, results } = emulator
  const limits = {
    maxBytes,
    maxResultBytes: results.maxBytes,
    service: exchange.workspace.service.get(),
  }
  const { content: roster, sizeBytes } = await readUpload(
    request,
    { maxBytes, idleMs: request.server.server.requestTimeout },
    (bytes, fileName) => readFile(bytes, fileName, limits),
  )
  const { content, fileName } = roster
  const referenceId = exchange.workspace.uploads.begin({ fileName, sizeBytes }, content)
  exchange.referenceId = referenceId
  exchange.reason = {
    code: 'served',
    message: `Took ${quoted(fileName)} (${describeContent(content)})`,
  }
  return json(200, { result: { message: 'File uploaded', referenceId } })
}

function describeContent(content: RosterOutcome | VendorError): string {
  if (content instanceof VendorError) return content.message
  const { kind, rows, unchecked } = content
  return `${kind}, ${rows} row${rows === 1 ? '' : 's'}${unchecked === undefined ? '' : `; ${unchecked}`}`
}

type Limits = RosterLimits & { readonly maxBytes: number }

async function readFile(bytes: Readable, fileName: string, limits: Limits): Promise<ReadRoster> {
  const isZip = /\.zip$/i.test(fileName)
  let name = fileName
  try {
    const file = isZip ? await openZip(bytes, limits.maxBytes) : { fileName, bytes }
    name = file.fileName
    if (!isZip) requireCsvName(name)
    const read = readRoster(file.bytes, limits)
    return { fileName: name, content: await (isZip ? read.catch(refuseUnreadable) : read) }
  } catch (error) {
    // The unread rest must not block the form.
    bytes.resume()
    if (!(error instanceof VendorError) || error.code === 'content-too-large') throw error
    return { fileName: name, content: error }
  }
}

function requireCsvName(fileName: string): void {
  if (/\.csv$/i.test(fileName)) return
  const message = `The name of the file, ${quoted(fileName)}, must end with .csv or .zip`
  throw new VendorError('upload-refused', { code: 'upload-refused', message })
}
