import fc from 'fast-check'
import t from 'tap'
import { buildApp, demo, statusPath } from '../support.js'
import { fuzzRuns } from './runs.js'

const column = fc.constantFrom(
  'user_username',
  'user_name',
  'user_password',
  'user_email',
  'user_active',
  'user_role',
  'user_externalId',
  'user_metadata_campus',
  'group_name',
  'group_role',
  'session_name',
  'session_deliveryId',
  'session_startDate',
  'hierarchy_organizationId',
  'hierarchy_organizationName',
  'hierarchy_parentOrganizationId',
  'status',
  'errorMessage',
  'nonsense',
  '__proto__',
  '',
)

const value = fc.oneof(
  fc.constantFrom(
    '',
    'ada',
    'TRUE',
    '0',
    'root',
    '2026-03-02T08:00:00Z',
    '{"a": 1}',
    '=1+1',
    '"',
    '""',
  ),
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.integer({ min: 0, max: 70_000 }).map((length) => 'x'.repeat(length)),
)

const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`

const cell = fc.oneof({ weight: 3, arbitrary: value }, { weight: 1, arbitrary: value.map(quoted) })

const line = (cells: fc.Arbitrary<string>) =>
  fc
    .tuple(fc.array(cells, { maxLength: 6 }), fc.constantFrom(',', ',', ',', ';', '\t'))
    .map(([texts, separator]) => texts.join(separator))

const file = fc
  .record({
    start: fc.constantFrom('', '', '', '\uFEFF', 'sep=,\n', '\n', 'PK\u0003\u0004'),
    header: line(column),
    rows: fc.array(line(cell), { maxLength: 6 }),
    end: fc.constantFrom('\n', '\r\n', '\r'),
    last: fc.constantFrom('', '\u001a', '\0', '"'),
    encoding: fc.constantFrom('utf8', 'utf8', 'utf8', 'utf16le', 'latin1'),
  })
  .map(({ start, header, rows, end, last, encoding }) =>
    Buffer.from([start + header, ...rows].join(end) + end + last, encoding as BufferEncoding),
  )

t.test(
  'whatever a file holds, its upload is taken or refused, and then it has a status',
  async (t) => {
    const { app, emulator } = await buildApp(t)
    // A token that outlives the virtual time of the whole run.
    const minted = { clientId: demo.clientId, scopes: ['rostering'], lifetime: 1_000_000_000 }
    const token = await emulator.tokens.mint(minted, emulator.main.clock.now())
    const authorization = `Bearer ${token}`
    const fileName = fc.constantFrom('users.csv', 'users.zip', 'USERS.CSV', 'users', 'ü.csv')

    await fc.assert(
      fc.asyncProperty(file, fileName, async (bytes, name) => {
        const upload = await app.inject({
          method: 'POST',
          url: '/api/v1/upload/api/v1/upload',
          headers: { authorization, 'content-type': 'multipart/form-data; boundary=b' },
          payload: Buffer.concat([
            Buffer.from('--b\r\nContent-Disposition: form-data; name="file"; '),
            Buffer.from(`filename="${name}"\r\n\r\n`),
            bytes,
            Buffer.from('\r\n--b--\r\n'),
          ]),
        })
        if (upload.statusCode === 400) {
          requireKeys(upload.json(), 'message')
          return
        }
        if (upload.statusCode !== 200) throw new Error(`the upload is ${upload.statusCode}`)
        const referenceId = /[\da-f]{8}-[\da-f-]{27}/.exec(upload.body)?.[0] as string
        emulator.main.clock.advance(5000)
        const status = await app.inject({
          url: statusPath(referenceId),
          headers: { authorization },
        })
        if (status.statusCode !== 200) throw new Error(`the status is ${status.statusCode}`)
        const { result } = status.json()
        requireKeys(result, 'status,fileLine,messages')
        if (!['processed', 'failed'].includes(result.status)) throw new Error(status.body)
        if (/[\p{Cc}\u2028\u2029]/u.test(result.messages.join(''))) {
          throw new Error(`a raw control character in ${status.body}`)
        }
        const download = await app.inject({
          url: `/api/v1/upload/api/v1/download/${referenceId}`,
          headers: { authorization },
        })
        if (![200, 404].includes(download.statusCode)) throw new Error(download.body)
      }),
      fuzzRuns(2000),
    )
    t.pass('every file had its response')
  },
)

function requireKeys(value: object, keys: string): void {
  if (Object.keys(value).join() !== keys) throw new Error(`not ${keys}: ${JSON.stringify(value)}`)
}
