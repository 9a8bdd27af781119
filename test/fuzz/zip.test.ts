import { buffer } from 'node:stream/consumers'
import fc from 'fast-check'
import t from 'tap'
import yazl from 'yazl'
import { buildApp, demo } from '../support.js'
import { fuzzRuns } from './runs.js'

const csv = Buffer.from(`group_name\n${'Algebra 9b\nDrawing 5a\n'.repeat(50)}`)

async function zipOf(names: readonly string[], options: Partial<yazl.Options>): Promise<Buffer> {
  const zip = new yazl.ZipFile()
  for (const name of names) zip.addBuffer(csv, name, options)
  zip.end()
  return buffer(zip.outputStream)
}

t.test('however an archive is damaged, it is taken or refused', async (t) => {
  const { app, emulator } = await buildApp(t)
  const minted = { clientId: demo.clientId, scopes: ['rostering'], lifetime: 1_000_000_000 }
  const token = await emulator.tokens.mint(minted, emulator.main.clock.now())
  const archives = await Promise.all([
    zipOf(['a.csv'], { compress: true }),
    zipOf(['folder/a.csv'], { compress: false }),
    zipOf(['a.csv', 'b.csv'], { compress: true }),
    zipOf(['a.csv'], { compress: true, forceZip64Format: true }),
  ])
  const damage = fc.oneof(
    fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), byte: fc.nat(255) }),
    fc.record({ at: fc.double({ min: 0.7, max: 1, noNaN: true }), byte: fc.constantFrom(0, 255) }),
  )
  const archive = fc
    .record({
      original: fc.constantFrom(...archives),
      damages: fc.array(damage, { maxLength: 4 }),
      keptBytes: fc.oneof(
        { weight: 4, arbitrary: fc.constant(1) },
        fc.double({ min: 0, max: 1, noNaN: true }),
      ),
    })
    .map(({ original, damages, keptBytes }) => {
      const bytes = Buffer.from(original)
      for (const { at, byte } of damages) bytes[Math.floor(at * (bytes.length - 1))] = byte
      return bytes.subarray(0, Math.ceil(keptBytes * bytes.length))
    })
  const upload = (bytes: Buffer) =>
    app.inject({
      method: 'POST',
      url: '/api/v1/upload/api/v1/upload',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'multipart/form-data; boundary=a-boundary',
      },
      payload: Buffer.concat([
        Buffer.from('--a-boundary\r\nContent-Disposition: form-data; name="file"; '),
        Buffer.from('filename="a.zip"\r\n\r\n'),
        bytes,
        Buffer.from('\r\n--a-boundary--\r\n'),
      ]),
    })

  await fc.assert(
    fc.asyncProperty(archive, async (bytes) => {
      const { statusCode, body } = await upload(bytes)
      if (![200, 400, 413].includes(statusCode)) throw new Error(`${statusCode} ${body}`)
      if (statusCode === 200) return
      const refusal = JSON.parse(body)
      if (Object.keys(refusal).join() !== 'message') throw new Error(body)
      if (/[\p{Cc}\u2028\u2029]/u.test(refusal.message)) throw new Error(`raw control in ${body}`)
    }),
    fuzzRuns(1000),
  )
  t.equal((await upload(archives[0])).statusCode, 200, 'and the emulator goes on')
})
