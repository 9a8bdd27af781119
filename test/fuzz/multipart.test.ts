import fc from 'fast-check'
import t from 'tap'
import { buildApp, demo, fetchToken, tokenPath } from '../support.js'
import { fuzzRuns } from './runs.js'

const fields = {
  grant_type: 'client_credentials',
  client_id: demo.clientId,
  client_secret: demo.clientSecret,
  file: 'user_username\r\nada\r\n',
}

const disposition = fc
  .tuple(
    fc.constantFrom(...Object.keys(fields), 'x', '', '__proto__'),
    fc.constantFrom('', '; filename="users.csv"', '; filename=""', "; filename*=UTF-8''%zz"),
  )
  .map(([name, file]) => `Content-Disposition: form-data; name="${name}"${file}\r\n`)

const header = fc.oneof(
  { weight: 6, arbitrary: disposition },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      'Content-Type: text/csv\r\n',
      'Content-Type: application/octet-stream\r\n',
      'Content-Type: ;\r\n',
      'Content-Transfer-Encoding: base64\r\n',
      'Content-Transfer-Encoding: quoted-printable\r\n',
      'Content-Disposition: attachment\r\n',
      'no colon\r\n',
      ': \r\n',
      'X: '.padEnd(20_000, 'x').concat('\r\n'),
    ),
  },
)

const content = fc.oneof(
  fc.constantFrom(...Object.values(fields), '', '--b', '\r\n--', 'x'.repeat(70_000)),
  fc.string({ unit: 'binary', maxLength: 20 }),
)

const part = fc
  .tuple(fc.array(header, { minLength: 1, maxLength: 3 }), content)
  .map(([headers, text]) => `--b\r\n${headers.join('')}\r\n${text}\r\n`)

const piece = fc.oneof(
  { weight: 6, arbitrary: part },
  {
    weight: 2,
    arbitrary: fc.constantFrom('--b--', '--b--\r\n', '--b', '--c\r\n', '\r\n', '\n', '-', 'x'),
  },
)

const form = fc
  .record({
    pieces: fc.array(piece, { maxLength: 6 }),
    end: fc.constantFrom('--b--\r\n', '--b--\r\n', '--b--', ''),
    // The whole of it most of the time, or a part: cut anywhere.
    cut: fc.oneof(fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
    boundary: fc.constantFrom('; boundary=b', '; boundary=b', '; boundary="b"', '; boundary=', ''),
  })
  .map(({ pieces, end, cut, boundary }) => {
    const bytes = Buffer.from(pieces.join('') + end)
    return {
      type: `multipart/form-data${boundary}`,
      payload: bytes.subarray(0, Math.ceil(cut * bytes.length)),
    }
  })

t.test('a form that is cut, reordered or repeated is taken or refused', async (t) => {
  const { app } = await buildApp(t)
  const authorization = `Bearer ${await fetchToken(app)}`
  // An error that no listener takes would end the process; here it fails the test.
  const send = (url: string, type: string, payload: Buffer, headers = {}) =>
    app.inject({ method: 'POST', url, headers: { 'content-type': type, ...headers }, payload })

  t.test('at the token endpoint', async (t) => {
    await fc.assert(
      fc.asyncProperty(form, async ({ type, payload }) => {
        const { statusCode, body } = await send(tokenPath, type, payload)
        const keys = Object.keys(JSON.parse(body)).join()
        const isRight =
          statusCode === 200
            ? keys === 'access_token,token_type,expires_in,scope'
            : [400, 401].includes(statusCode) && keys === 'error,error_description'
        if (!isRight) throw new Error(`${statusCode} ${body}`)
      }),
      fuzzRuns(3000),
    )
    t.pass('every form had its response')
  })

  t.test('at the upload endpoint', async (t) => {
    await fc.assert(
      fc.asyncProperty(form, async ({ type, payload }) => {
        const url = '/api/v1/upload/api/v1/upload'
        const { statusCode, body } = await send(url, type, payload, { authorization })
        const isRight =
          statusCode === 200
            ? body.includes('"referenceId":')
            : [400, 413].includes(statusCode) && Object.keys(JSON.parse(body)).join() === 'message'
        if (!isRight) throw new Error(`${statusCode} ${body}`)
      }),
      fuzzRuns(2000),
    )
    t.pass('every form had its response')
  })
})
