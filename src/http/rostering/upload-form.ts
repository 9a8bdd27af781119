import type { Readable } from 'node:stream'
import type { BusboyFileStream } from '@fastify/busboy'
import type { FastifyRequest } from 'fastify'
import type { BehaviourId } from '../../domain/behaviours.js'
import { VendorError } from '../../domain/errors.js'
import { listed } from '../../domain/schema.js'
import { quoted } from '../../domain/visible-text.js'
import { clearTimeout, setImmediate, setTimeout } from '../../emulator/real-time.js'
import type { ReceivedFile } from '../../emulator/roster/uploaded-imports.js'
import { contentEncodingMistake } from '../request-head.js'
import { drain } from '../unread-body.js'
import { slowSenders } from '../wire.js'
import { createMultipartParser, type MultipartParser } from './multipart.js'

/** The form property that holds the file (documented). */
const fileField = 'file'

/** The most bytes of a form besides its file. */
const otherBytes = 1024 * 1024

/** A file that was read from a form, and what came of it. */
export interface ReadFile<T> extends ReceivedFile {
  readonly content: T
}

export interface UploadLimits {
  readonly maxBytes: number
  /** The longest pause of the sender, in milliseconds. */
  readonly idleMs: number
}

/**
 * Reads the one file of a form as it comes: `take` has its bytes as a stream, which it reads to the
 * end, and its name.
 * Throws a `VendorError` for a form that is not whole, has no file or several, or one that is too large.
 */
export async function readUpload<T>(
  request: FastifyRequest,
  limits: UploadLimits,
  take: (bytes: Readable, fileName: string) => Promise<T>,
): Promise<ReadFile<T>> {
  const { raw } = request
  slowSenders.add(raw.socket)
  return readForm(request, limits, take)
    .catch(async (error: unknown) => {
      await drain(raw)
      throw error
    })
    .finally(() => slowSenders.delete(raw.socket))
}

async function readForm<T>(
  { raw, headers }: FastifyRequest,
  { maxBytes, idleMs }: UploadLimits,
  take: (bytes: Readable, fileName: string) => Promise<T>,
): Promise<ReadFile<T>> {
  requireNotCompressed(headers)
  const form = openForm(headers, maxBytes)
  return new Promise((resolve, reject) => {
    let file: { fileName: string; stream: BusboyFileStream; content: Promise<T> } | undefined
    const otherParts = new Set<string>()
    let receivedBytes = 0
    let isOver = false
    const idle = setTimeout(() => fail(timedOut), idleMs)

    const end = () => {
      isOver = true
      clearTimeout(idle)
      raw.off('data', count).off('close', gone).unpipe(form)
    }
    const fail = (error: Error) => {
      end()
      file?.stream.destroy(error)
      reject(error)
    }
    const count = (chunk: Buffer) => {
      idle.refresh()
      receivedBytes += chunk.length
      const maxFormBytes = maxBytes + otherBytes
      if (receivedBytes > maxFormBytes) fail(refusedAsTooLarge('form', maxFormBytes))
      setImmediate(refuseStall)
    }
    // The parser may wait for the reader of the file, and for nothing else. A part whose header it cannot read has no
    // reader, and would hold up the form for ever.
    const refuseStall = () => {
      if (isOver || form.writableLength === 0) return
      if (file === undefined || file.stream.readableLength === 0) fail(malformed)
      else setImmediate(refuseStall)
    }
    const gone = () => {
      if (!raw.complete) fail(malformed)
    }

    form.on('field', (name) => {
      if (name) otherParts.add(name)
      if (name === fileField)
        fail(
          refused(
            `${fileField} is a text: send a file, as curl does with --form 'file=@users.csv'`,
            'upload-refused-decided',
          ),
        )
    })
    form.on('file', (name, stream, fileName = '') => {
      // The form ended in the middle of the file.
      stream.on('error', () => fail(malformed))
      if (name !== fileField) {
        if (name) otherParts.add(name)
        stream.resume()
      } else if (file !== undefined) {
        stream.resume()
        fail(
          refused(
            `There is more than one ${fileField}: send one in a request`,
            'upload-refused-decided',
          ),
        )
      } else {
        stream.once('limit', () => fail(refusedAsTooLarge('file', maxBytes)))
        const content = take(stream, fileName)
        content.catch(fail)
        file = { fileName, stream, content }
      }
    })
    form.on('error', () => fail(malformed))
    form.on('finish', () => {
      end()
      if (file === undefined) {
        reject(refused(noFile([...otherParts])))
        return
      }
      const { fileName, stream, content } = file
      content.then((content) => resolve({ fileName, sizeBytes: stream.bytesRead, content }), reject)
    })
    raw.on('data', count).once('close', gone).pipe(form)
  })
}

function noFile(otherParts: readonly string[]): string {
  const names = otherParts.slice(0, 10).map((name) => quoted(name))
  const instead = names.length === 0 ? '' : `; the form has ${listed(names, 'and')} instead`
  return `There is no part ${fileField}${instead}: send one, as curl does with --form 'file=@users.csv'`
}

function requireNotCompressed(headers: FastifyRequest['headers']): void {
  const message = contentEncodingMistake(headers)
  if (message === undefined) return
  const reason = { code: 'upload-refused', message } as const
  throw new VendorError('content-encoding', reason, { restsOn: ['malformed'] })
}

function openForm(headers: FastifyRequest['headers'], maxBytes: number): MultipartParser {
  const [type] = (headers['content-type'] ?? '').toLowerCase().split(';', 1)
  if (type?.trim() !== 'multipart/form-data') {
    throw refused('The Content-Type must be multipart/form-data')
  }
  const limits = { fileSize: maxBytes, fieldSize: otherBytes }
  const parser = createMultipartParser(headers, { limits })
  if (parser !== undefined) return parser
  throw refused(
    'The Content-Type has no boundary: leave that header to your client, which knows the boundary',
  )
}

function refused(message: string, restsOn?: BehaviourId): VendorError {
  return new VendorError(
    'upload-refused',
    { code: 'upload-refused', message },
    { restsOn: restsOn && [restsOn] },
  )
}

function refusedAsTooLarge(what: 'file' | 'form', maxBytes: number): VendorError {
  const message = `The ${what} is larger than ${maxBytes} bytes`
  return new VendorError('content-too-large', { code: 'upload-too-large', message })
}

const malformed = refused('The multipart body is malformed or cut off')

const timedOut = new VendorError('request-timeout', {
  code: 'http-timeout',
  message: 'The upload stalled',
})
