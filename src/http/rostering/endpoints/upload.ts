import type { Readable } from 'node:stream'
import { VendorError } from '../../../domain/errors.js'
import type { UploadResponse } from '../../../domain/response-bodies.js'
import { quoted } from '../../../domain/visible-text.js'
import {
  type RosterLimits,
  type RosterOutcome,
  readRoster,
} from '../../../emulator/roster/roster-file.js'
import { openZip, refuseUnreadable } from '../../../emulator/roster/zip-file.js'
import { json } from '../../response.js'
import type { Call, Endpoint, Served } from '../endpoint.js'
import { readUpload } from '../upload-form.js'

const olderPath = '/api/v1/upload'

/** The upload of a roster: contract §3. */
export const upload: Endpoint = {
  methods: ['POST'],
  paths: ['/api/v1/upload/api/v1/upload', olderPath],
  olderPaths: [olderPath],
  bearer: true,
  body: 'streamed',
  run: receiveRoster,
}

interface ReadRoster {
  /** A file in a ZIP archive has its own name. */
  readonly fileName: string
  /** The outcome of the file, or its refusal: a planned outcome applies to any file. */
  readonly content: RosterOutcome | VendorError
}

async function receiveRoster({ emulator, workspace, request }: Call): Promise<Served> {
  const { maxUploadSize: maxBytes, results } = emulator
  const limits = {
    maxBytes,
    maxResultBytes: results.maxBytes,
    service: workspace.service.get(),
  }
  const { content: roster, sizeBytes } = await readUpload(
    request,
    { maxBytes, idleMs: request.server.server.requestTimeout },
    (bytes, fileName) => readFile(bytes, fileName, limits),
  )
  const { content, fileName } = roster
  const referenceId = workspace.uploads.begin({ fileName, sizeBytes }, content)
  const message = `Took ${quoted(fileName)} (${describeContent(content)})`
  const body = { result: { message: 'File uploaded', referenceId } } satisfies UploadResponse
  return {
    response: json(200, body),
    reason: { code: 'served', message },
    referenceId,
  }
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
