import type { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { type Entry, fromBuffer, type Options, type ZipFile } from 'yauzl'
import { VendorError } from '../../domain/errors.js'
import { escapeInvisible, quoted } from '../../domain/visible-text.js'
import { crc32 } from './crc32.js'

/** The one file of a ZIP archive. */
export interface ZippedFile {
  /** Without the folders that it is in. */
  readonly fileName: string
  /** Fails where the archive is damaged. */
  readonly bytes: AsyncIterable<Buffer>
}

/** The most entries of an archive that are read. */
const maxEntries = 1000

/**
 * Opens the one file of a ZIP archive; folders do not count. The whole archive stands in memory, twice for a moment,
 * because its table of contents is at its end; the file is read as a stream, of `maxBytes` at most.
 * Throws `upload-refused` for any other archive, and `content-too-large` for a larger file.
 */
export async function openZip(
  archive: AsyncIterable<Buffer>,
  maxBytes: number,
): Promise<ZippedFile> {
  const parts: Buffer[] = []
  for await (const part of archive) parts.push(part)
  const zip = await open(Buffer.concat(parts), { lazyEntries: true }).catch(refuseUnreadable)
  const entry = await onlyFile(zip)
  if ((entry.generalPurposeBitFlag & 1) === 1) throw refusedZip('its file is encrypted')
  // The stream fails where there is more in it than the archive says.
  if (entry.uncompressedSize > maxBytes) {
    const message = `The file in the ZIP archive is larger than ${maxBytes} bytes`
    throw new VendorError('content-too-large', { code: 'upload-too-large', message })
  }
  const openStream = promisify(zip.openReadStream.bind(zip) as OpenStream)
  const fileName = entry.fileName.split('/').at(-1) as string
  if (!/\.csv$/i.test(fileName)) {
    throw refusedZip(`the name of its file, ${quoted(fileName)}, must end with .csv`)
  }
  const bytes = await openStream(entry).catch(refuseUnreadable)
  return { fileName, bytes: undamaged(bytes, entry) }
}

/** The bytes of a file; fails at their end where they are not those that were packed. */
async function* undamaged(bytes: Readable, entry: Entry): AsyncGenerator<Buffer> {
  let sum = 0
  for await (const chunk of bytes as AsyncIterable<Buffer>) {
    sum = crc32(chunk, sum)
    yield chunk
  }
  if (sum !== entry.crc32) throw refusedZip('its file is damaged: its checksum is wrong')
}

type Callback<T> = (error: Error | null, value: T) => void
type OpenStream = (entry: Entry, callback: Callback<Readable>) => void

const open = promisify(
  fromBuffer as (buffer: Buffer, options: Options, done: Callback<ZipFile>) => void,
)

/** Throws a refusal in place of what an archive failed with that is damaged. */
export function refuseUnreadable(error: Error): never {
  throw error instanceof VendorError ? error : refusedZip(error.message)
}

function onlyFile(zip: ZipFile): Promise<Entry> {
  return new Promise((resolve, reject) => {
    const files: Entry[] = []
    let count = 0
    zip.on('error', (error) => reject(refusedZip(error.message)))
    zip.on('end', () => {
      const [file] = files
      if (files.length === 1 && file !== undefined) resolve(file)
      else reject(refusedZip(numberOfFiles(files)))
    })
    zip.on('entry', (entry: Entry) => {
      count += 1
      if (!entry.fileName.endsWith('/')) files.push(entry)
      if (count > maxEntries) reject(refusedZip(`it has more than ${maxEntries} entries`))
      else zip.readEntry()
    })
    zip.readEntry()
  })
}

function numberOfFiles(files: readonly Entry[]): string {
  if (files.length === 0) return 'it holds no file, and must hold one'
  const names = files.slice(0, 5).map(({ fileName }) => quoted(fileName))
  const more = files.length > names.length ? ', …' : ''
  return `it holds ${files.length} files (${names.join(', ')}${more}), and must hold one`
}

/** The reason may hold a name as the archive has it. */
function refusedZip(why: string): VendorError {
  const message = escapeInvisible(`The ZIP archive cannot be taken: ${why}`)
  return new VendorError('upload-refused', { code: 'upload-refused', message })
}
