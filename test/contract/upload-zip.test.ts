import { buffer } from 'node:stream/consumers'
import t from 'tap'
import yazl from 'yazl'
import { startEmulator } from '../../src/index.js'

const csv = 'group_name\nA\n'

async function zipOf(files: Record<string, string | Buffer>, compress = true): Promise<Buffer> {
  const zip = new yazl.ZipFile()
  for (const [name, content] of Object.entries(files)) {
    if (name.endsWith('/')) zip.addEmptyDirectory(name)
    else zip.addBuffer(Buffer.from(content as string), name, { compress })
  }
  zip.end()
  return buffer(zip.outputStream)
}

/** An archive with other bytes in place of some, at each of their places. */
function patched(archive: Buffer, from: string, to: string): Buffer {
  return Buffer.from(archive.toString('latin1').replaceAll(from, to), 'latin1')
}

/** Sets the first general purpose flag, of encryption, in both headers of an entry. */
function encrypted(archive: Buffer): Buffer {
  const copy = Buffer.from(archive)
  copy[copy.indexOf('PK\x03\x04') + 6] = 1
  copy[copy.indexOf('PK\x01\x02') + 8] = 1
  return copy
}

/** Writes over the compressed bytes of the file. */
function damaged(archive: Buffer): Buffer {
  const copy = Buffer.from(archive)
  const start = 30 + copy.readUInt16LE(26) + copy.readUInt16LE(28)
  return copy.fill(0xff, start, start + 8)
}

t.test('a ZIP archive with one CSV file is taken as that file', async (t) => {
  const emulator = await startEmulator({ maxUploadSize: 200_000, rowsPerSecond: 0 })
  t.teardown(() => emulator.close())
  const { access_token: token } = await emulator.tokens.mint({ clientId: 'demo-client' })
  const headers = { authorization: `Bearer ${token}` }
  const upload = async (content: Buffer, name: string) => {
    const body = new FormData()
    body.append('file', new Blob([new Uint8Array(content)]), name)
    const url = `${emulator.url}/api/v1/upload/api/v1/upload`
    const response = await fetch(url, { method: 'POST', body, headers })
    return [response.status, await response.json()] as [number, Record<string, never>]
  }

  const good = await zipOf({ 'groups.csv': csv })
  const taken: [name: string, archive: Buffer, archiveName: string, fileName: string][] = [
    ['alone', good, 'roster.zip', 'groups.csv'],
    ['with an ending in capitals', good, 'ROSTER.ZIP', 'groups.csv'],
    ['in a folder', await zipOf({ 'a/': '', 'a/b/': '', 'a/b/G.CSV': csv }), 'a.zip', 'G.CSV'],
    [
      'large, and compressed',
      await zipOf({ 'g.csv': `group_name\n${'a\n'.repeat(40_000)}` }),
      'a.zip',
      'g.csv',
    ],
  ]
  for (const [name, archive, archiveName, fileName] of taken) {
    const [status, { result }] = await upload(archive, archiveName)
    t.equal(status, 200, name)
    const { referenceId } = result as unknown as { referenceId: string }
    t.match(await emulator.imports.get(referenceId), {
      upload: { fileName, sizeBytes: archive.length },
    })
  }

  const no = (why: string) => `The ZIP archive cannot be taken: ${why}`
  const refused: [name: string, archive: Buffer, message: string | RegExp][] = [
    ['without a file', await zipOf({ 'a/': '' }), no('it holds no file, and must hold one')],
    [
      'with several',
      await zipOf({ 'a.csv': csv, '__MACOSX/._a.csv': 'x' }),
      no('it holds 2 files ("a.csv", "__MACOSX/._a.csv"), and must hold one'),
    ],
    [
      'with very many',
      await zipOf(Object.fromEntries(Array.from({ length: 1001 }, (_, at) => [`${at}.csv`, '']))),
      no('it has more than 1000 entries'),
    ],
    [
      'with six',
      await zipOf(Object.fromEntries(Array.from({ length: 6 }, (_, at) => [`${at}.csv`, '']))),
      no('it holds 6 files ("0.csv", "1.csv", "2.csv", "3.csv", "4.csv", …), and must hold one'),
    ],
    [
      'with another file',
      await zipOf({ 'a.txt': csv }),
      no('the name of its file, "a.txt", must end with .csv'),
    ],
    [
      'with a ZIP archive',
      await zipOf({ 'b.zip': good }),
      no('the name of its file, "b.zip", must end with .csv'),
    ],
    ['that is encrypted', encrypted(good), no('its file is encrypted')],
    [
      'with a path that leads out',
      patched(await zipOf({ 'xx/a.csv': csv }), 'xx/a.csv', '../a.csv'),
      /invalid relative path/,
    ],
    [
      'with a path that leads out, and turns text around',
      patched(await zipOf({ 'xx/a\u202e.csv': csv }), 'xx/a', '../a'),
      /invalid relative path: \.\.\/a\\u202e\.csv$/,
    ],
    [
      'with an absolute path',
      patched(await zipOf({ 'x/a.csv': csv }), 'x/a.csv', '//a.csv'),
      /absolute path/,
    ],
    ['that is cut off', good.subarray(0, -30), /cannot be taken/],
    ['that is none', Buffer.from(csv), /cannot be taken/],
    [
      'with a file that is not the one that was packed',
      patched(await zipOf({ 'a.csv': csv }, false), csv, csv.replace('A', 'B')),
      no('its file is damaged: its checksum is wrong'),
    ],
    ['with a damaged file', damaged(good), /cannot be taken/],
    ['with an empty file', await zipOf({ 'a.csv': '' }), 'The file is empty'],
  ]
  for (const [name, archive, expected] of refused) {
    const [status, { message }] = await upload(archive, 'roster.zip')
    t.equal(status, 400, name)
    t.match(message, expected, name)
  }

  const bomb = await zipOf({ 'a.csv': Buffer.alloc(200_001, 'a') })
  t.strictSame(await upload(bomb, 'a.zip'), [
    413,
    { message: 'The file in the ZIP archive is larger than 200000 bytes' },
  ])
  const size = Buffer.alloc(4)
  size.writeUInt32LE(200_001)
  const lying = patched(bomb, size.toString('latin1'), '\x10\x00\x00\x00')
  t.match(
    await upload(lying, 'a.zip'),
    [400, { message: /too many bytes/ }],
    'one that says it is small',
  )
})
