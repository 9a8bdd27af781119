import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import fc from 'fast-check'
import t, { type Test } from 'tap'
import type { UploadState } from '../../src/domain/state.js'
import { RosterResult } from '../../src/emulator/roster/roster-result.js'
import { type EmulatorOptions, type RunningEmulator, startEmulator } from '../../src/index.js'
import { demo, listen, parseAnswer, requestRaw, sendRaw, statusPath } from '../support.js'

const run = promisify(execFile)
const uploadPath = '/api/v1/upload/api/v1/upload'
const downloadPath = (id: string) => `/api/v1/upload/api/v1/download/${encodeURIComponent(id)}`
const example = (name: string) =>
  new URL(`../../fixtures/csv/${name}.csv`, import.meta.url).pathname
const users = readFileSync(example('users'))

interface UploadAnswer {
  readonly result?: { readonly message: string; readonly referenceId: string }
  readonly message?: string
}

/** An emulator whose clock stands still, and what a client of it does. */
async function open(t: Test, options: EmulatorOptions = {}) {
  const emulator = await startEmulator(options)
  t.teardown(() => emulator.close())
  await emulator.clock.freeze()
  return { emulator, ...(await clientOf(emulator)) }
}

async function clientOf({ url, tokens }: Pick<RunningEmulator, 'url' | 'tokens'>) {
  const { access_token: token } = await tokens.mint({ clientId: demo.clientId })
  const headers = { authorization: `Bearer ${token}` }
  const get = async (path: string) => {
    const answer = await fetch(path.startsWith('/') ? url + path : path, { headers })
    const text = await answer.text()
    return [answer.status, answer.headers.get('content-type'), text] as const
  }
  const upload = async (content: string | Uint8Array, name = 'users.csv') => {
    const body = new FormData()
    body.append('file', new Blob([content as Uint8Array<ArrayBuffer>]), name)
    const answer = await fetch(url + uploadPath, { method: 'POST', body, headers })
    return [answer.status, (await answer.json()) as UploadAnswer] as const
  }
  return {
    token,
    get,
    upload,
    uploadId: async (content: string | Uint8Array, name?: string) => {
      const [status, { result }] = await upload(content, name)
      t.strictSame([status, result?.message], [200, 'File uploaded'])
      return result?.referenceId ?? ''
    },
    status: async (id: string) => JSON.parse((await get(statusPath(id)))[2]).result,
    urlOf: async (id: string) => JSON.parse((await get(downloadPath(id)))[2]).signedUrl as string,
  }
}

t.test('an upload is pending, then processed, then downloaded', async (t) => {
  const { emulator, uploadId, status, get, urlOf } = await open(t)
  const id = await uploadId(users)
  t.match(id, /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
  t.strictSame(await status(id), { status: 'pending', fileLine: 0, messages: [] })
  t.strictSame(await get(downloadPath(id)), [
    404,
    'application/json',
    '{"message":"The import is pending: it has no result file yet"}',
  ])
  await emulator.clock.advance('500ms')
  t.strictSame(await status(id), { status: 'pending', fileLine: 2, messages: [] })
  await emulator.clock.advance('500ms')
  t.strictSame(await status(id), { status: 'processed', fileLine: 4, messages: [] })

  const url = await urlOf(id)
  t.match(
    url,
    new RegExp(
      `^${emulator.url}/api/v1/upload/results/${id}/output\\.csv\\?expires=\\d+&signature=`,
    ),
  )
  const report = await fetch(url)
  t.strictSame(
    [report.status, report.headers.get('content-type'), report.headers.get('content-disposition')],
    [200, 'text/csv', 'attachment; filename="output.csv"'],
  )
  t.equal(await report.text(), readFileSync(example('users.result'), 'utf8'))
  t.match(await emulator.imports.get(id), {
    upload: { fileName: 'users.csv', sizeBytes: users.length, kind: 'users', rows: 4 },
  })
  t.equal((await emulator.imports.count({ search: id })).count, 1)
  const { entries } = await emulator.journal.find({ operation: 'upload', referenceId: id })
  t.strictSame(
    [entries[0]?.reason.message, entries[0]?.request.body],
    ['Took "users.csv" (users, 4 rows)', null],
  )
})

t.test('an upload may be processing, as published, and then has no result file yet', async (t) => {
  const { emulator, uploadId, status, get } = await open(t)
  await emulator.uploads.arm({
    timeline: [
      { status: 'pending' },
      { after: '1s', status: 'processing', fileLine: 2 },
      { after: '2s', status: 'processed', fileLine: 4 },
    ],
  })
  const id = await uploadId(users)
  t.match(await status(id), { status: 'pending' })
  await emulator.clock.advance('1s')
  t.strictSame(await status(id), { status: 'processing', fileLine: 2, messages: [] })
  t.strictSame(await get(downloadPath(id)), [
    404,
    'application/json',
    '{"message":"The import is processing: it has no result file yet"}',
  ])
  t.match(
    (await emulator.imports.list({ status: 'processing' })).map((it) => it.referenceId),
    [id],
  )
  t.match(await emulator.imports.count(), { kinds: { processing: 1 } })
  await emulator.clock.advance('1s')
  t.match(await status(id), { status: 'processed' })
})

t.test('a file with bad rows fails, and its good rows go in', async (t) => {
  const { emulator, uploadId, status, urlOf } = await open(t)
  const id = await uploadId('group_name,group_active\nA,TRUE\n,TRUE\nB,maybe\nC,1\n', 'g.csv')
  await emulator.clock.advance('1s')
  t.strictSame(await status(id), {
    status: 'failed',
    fileLine: 4,
    messages: [
      'Line 3: group_name is mandatory',
      'Line 4: group_active must be TRUE or FALSE, not "maybe"',
    ],
  })
  t.equal(
    await (await fetch(await urlOf(id))).text(),
    [
      'group_name,group_active,status,errorType,errorCode,errorMessage',
      'A,TRUE,processed,,,',
      ',TRUE,400,error,validation.fieldError,group_name is mandatory',
      'B,maybe,400,error,validation.fieldError,"group_active must be TRUE or FALSE, not ""maybe"""',
      'C,1,processed,,,',
      '',
    ].join('\n'),
  )
  const none = await uploadId('group_name\n', 'g.csv')
  await emulator.clock.advance('1s')
  t.strictSame(await status(none), {
    status: 'failed',
    fileLine: 0,
    messages: ['Line 1: there is no row below the header'],
  })
  const { get } = await clientOf(emulator)
  t.equal((await get(downloadPath(none)))[0], 404, 'and there is no result file')
})

t.test('an import takes its time by the virtual clock', async (t) => {
  const rows = `group_name\n${Array.from({ length: 100 }, (_, row) => `g${row}\n`).join('')}`
  const cases: [string, rowsPerSecond: number, afterMs: number, fileLine: number][] = [
    ['as many rows as were asked for', 10, 5000, 50],
    ['a second at least', 1_000_000, 500, 50],
    ['none at all', 0, 0, 100],
  ]
  for (const [name, rowsPerSecond, afterMs, fileLine] of cases) {
    const { emulator, uploadId, status } = await open(t, { rowsPerSecond })
    const id = await uploadId(rows)
    if (afterMs > 0) await emulator.clock.advance(`${afterMs}ms`)
    t.match(await status(id), { fileLine, status: afterMs > 0 ? 'pending' : 'processed' }, name)
  }
})

t.test('the same seed gives the same ids, apart in each workspace', async (t) => {
  const ids = async (options: EmulatorOptions, workspace?: string) => {
    const { emulator } = await open(t, options)
    const home = workspace === undefined ? emulator : emulator.workspace(workspace)
    const { uploadId } = await clientOf(home)
    const first = [await uploadId(users), await uploadId(users)]
    await home.reset()
    t.strictSame([await uploadId(users), await uploadId(users)], first, 'also after a reset')
    return first
  }
  const first = await ids({ seed: 7 })
  t.strictSame(await ids({ seed: 7 }), first)
  t.notSame(await ids({ seed: 8 }), first)
  t.notSame(await ids({ seed: 7 }, 'team'), first)
})

t.test('a request that is no upload is refused with the reason', async (t) => {
  const { emulator, token, upload } = await open(t)
  const { port } = new URL(emulator.url)
  const file = (content: string, name = 'file', more = '; filename="a.csv"') =>
    `--X\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${content}\r\n`
  const good = file('group_name\nA\n')
  const type = 'multipart/form-data; boundary=X'
  const noFile = (instead = '') =>
    `There is no part file${instead}: send one, as curl does with --form 'file=@users.csv'`
  const cut = 'The multipart body is malformed or cut off'
  const noBoundary =
    'The Content-Type has no boundary: leave that header to your client, which knows the boundary'
  const cases: [string, type: string | undefined, body: string, message: string][] = [
    ['no content type', undefined, good, 'The Content-Type must be multipart/form-data'],
    [
      'another content type',
      'text/csv',
      'group_name\nA\n',
      'The Content-Type must be multipart/form-data',
    ],
    [
      'a type that begins alike',
      'multipart/form-data-x; boundary=X',
      good,
      'The Content-Type must be multipart/form-data',
    ],
    ['no boundary', 'multipart/form-data', `${good}--X--\r\n`, noBoundary],
    ['another boundary', 'multipart/form-data; boundary=Y', `${good}--X--\r\n`, cut],
    ['no body', type, '', cut],
    ['no part', type, '--X--\r\n', noFile()],
    [
      'another field',
      type,
      `${file('a', 'roster')}${file('b', 'comment', '')}--X--\r\n`,
      noFile('; the form has "roster" and "comment" instead'),
    ],
    ['a field without a name', type, `${good.replace(' name="file";', '')}--X--\r\n`, noFile()],
    [
      'a name without an ending',
      type,
      `${file('group_name\nA\n', 'file', '; filename="users"')}--X--\r\n`,
      'The name of the file, "users", must end with .csv or .zip',
    ],
    [
      'another ending',
      type,
      `${file('group_name\nA\n', 'file', '; filename="a.xlsx"')}--X--\r\n`,
      'The name of the file, "a.xlsx", must end with .csv or .zip',
    ],
    [
      'a quote that is not closed',
      type,
      `${file('group_name\n"A\n')}--X--\r\n`,
      'The file is not CSV: line 2: a value begins with a quote that is not closed',
    ],
    [
      'a text',
      type,
      `${file('a.csv', 'file', '')}--X--\r\n`,
      "file is a text: send a file, as curl does with --form 'file=@users.csv'",
    ],
    [
      'two files',
      type,
      `${good}${good}--X--\r\n`,
      'There is more than one file: send one in a request',
    ],
    ['an empty file', type, `${file('')}--X--\r\n`, 'The file is empty'],
    ['a file that is cut off', type, good, cut],
    ['a file that is cut off in its head', type, '--X\r\nContent-Disposition: form-data; na', cut],
    [
      'a picture',
      type,
      `${file('\x89PNG\r\n\x1a\n')}--X--\r\n`,
      'The file is not CSV: it is a PNG image',
    ],
    [
      'another table',
      type,
      `${file('a,b\n1,2\n')}--X--\r\n`,
      'The file is not a rostering CSV: none of its columns is known',
    ],
  ]
  for (const [name, contentType, body, message] of cases) {
    t.test(name, async (t) => {
      const bytes = Buffer.from(body, 'latin1')
      const head = [
        `POST ${uploadPath} HTTP/1.1`,
        `Authorization: Bearer ${token}`,
        ...(contentType === undefined ? [] : [`Content-Type: ${contentType}`]),
        `Content-Length: ${bytes.length}`,
      ]
      const answer = await requestRaw(Number(port), head, bytes)
      t.strictSame(
        [answer.status, answer.headers['content-type'], JSON.parse(answer.body)],
        [400, 'application/json', { message }],
      )
    })
  }

  t.test('a small part beside the file is no matter', async (t) => {
    const body = `${file('x', 'comment', '')}${file('y', 'other')}${good}--X--\r\nan epilogue`
    const head = [
      `POST /api/v1/upload HTTP/1.1`,
      `Authorization: Bearer ${token}`,
      `Content-Type: ${type}`,
      `Content-Length: ${body.length}`,
    ]
    const answer = await requestRaw(Number(port), head, body)
    t.equal(answer.status, 200)
  })

  t.test('another way to cut it into chunks gives the same', async () => {
    const head = `POST ${uploadPath} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\nContent-Type: ${type}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n`
    const body = `${good}--X--\r\n`
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 5 }),
        async (sizes) => {
          let raw = head
          let start = 0
          while (start < body.length) {
            const chunk = body.slice(start, start + (sizes.shift() ?? body.length))
            raw += `${chunk.length.toString(16)}\r\n${chunk}\r\n`
            start += chunk.length
          }
          const answer = parseAnswer(await sendRaw(Number(port), `${raw}0\r\n\r\n`))
          return answer.status === 200
        },
      ),
      { numRuns: 20 },
    )
  })

  t.test('without a token, and without its scope', async (t) => {
    const body = new FormData()
    body.append('file', new Blob([users]))
    const post = async (authorization?: string) => {
      const headers = authorization === undefined ? {} : { authorization }
      const answer = await fetch(emulator.url + uploadPath, { method: 'POST', body, headers })
      return [answer.status, answer.headers.get('content-type'), await answer.text()]
    }
    t.strictSame(await post(), [401, 'text/plain', 'Access Denied'])
    const { access_token } = await emulator.tokens.mint({ clientId: 'unscoped-client' })
    t.strictSame(await post(`Bearer ${access_token}`), [
      403,
      'application/json',
      '{"message":"Insufficient scope"}',
    ])
  })

  t.test('nothing was imported', async (t) => {
    const before = (await emulator.imports.count()).count
    t.equal((await upload(''))[0], 400)
    t.equal((await emulator.imports.count()).count, before)
  })
})

t.test('a large upload is 413', async (t) => {
  const { emulator, token, upload } = await open(t, { maxUploadSize: 1000 })
  const message = 'The file is larger than 1000 bytes'
  const row = 'group_name\n'
  t.equal((await upload(row + 'g'.repeat(1000 - row.length)))[0], 200, 'at the limit')
  t.strictSame(await upload(row + 'g'.repeat(1001 - row.length)), [413, { message }])
  t.strictSame(await upload('g'.repeat(5_000_000)), [413, { message }])

  t.test('also one that is large beside its file, or never ends', async (t) => {
    const socket = connect(Number(new URL(emulator.url).port), '127.0.0.1')
    let raw = ''
    socket.on('data', (chunk) => {
      raw += chunk
    })
    socket.on('error', () => {})
    socket.write(
      `POST ${uploadPath} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\nContent-Type: multipart/form-data; boundary=X\r\nContent-Length: 30000000000\r\n\r\n`,
    )
    const send = () => {
      while (!socket.destroyed && socket.write(Buffer.alloc(65_536))) {}
    }
    socket.on('drain', send)
    send()
    await new Promise((resolve) => socket.once('close', resolve))
    if (raw !== '')
      t.strictSame([parseAnswer(raw).status, parseAnswer(raw).headers.connection], [413, 'close'])
    const { entries } = await emulator.journal.waitFor(
      { operation: 'upload', status: 413 },
      { count: 3 },
    )
    t.equal(entries[2]?.reason.message, 'The form is larger than 1049576 bytes')
  })

  t.test('curl says so, too', async (t) => {
    const file = t.testdir({ 'big.csv': 'g'.repeat(3_000_000) })
    const { stdout } = await run('curl', [
      '-sS',
      '-H',
      `Authorization: Bearer ${token}`,
      '-F',
      `file=@${file}/big.csv`,
      emulator.url + uploadPath,
    ])
    t.strictSame(JSON.parse(stdout), { message })
  })
})

const stallHead = (token: string) =>
  `POST ${uploadPath} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${token}\r\nContent-Type: multipart/form-data; boundary=X\r\nContent-Length: 100\r\n\r\n`
const begin = '--X\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'

t.test('an upload that stalls is 408', async (t) => {
  const { emulator, port } = await listen(t, { requestTimeoutMs: 150 })
  const { access_token: token } = await mintFor(emulator)
  const stalled = parseAnswer(await sendRaw(port, stallHead(token) + begin))
  t.strictSame(
    [stalled.status, stalled.headers.connection, stalled.body],
    [408, 'close', '{"message":"Request Timeout"}'],
  )
})

t.test('an upload that goes on is not, however long it takes', async (t) => {
  const { emulator, port } = await listen(t, { requestTimeoutMs: 500 })
  const { access_token: token } = await mintFor(emulator)
  const socket = connect(port, '127.0.0.1')
  let raw = ''
  socket.on('data', (chunk) => {
    raw += chunk
  })
  const closed = once(socket, 'close')
  const body = `${begin}group_name\nA\n\r\n--X--\r\n`
  socket.write(
    stallHead(token).replace(
      'Content-Length: 100',
      `Connection: close\r\nContent-Length: ${body.length}`,
    ),
  )
  const step = Math.ceil(body.length / 15)
  for (let start = 0; start < body.length; start += step) {
    socket.write(body.slice(start, start + step))
    await wait(100)
  }
  await closed
  t.equal(parseAnswer(raw).status, 200, 'though it took longer than a request may')
})

t.test('a client that goes away in the middle leaves one entry and no import', async (t) => {
  const { emulator, port } = await listen(t)
  const { access_token: token } = await mintFor(emulator)
  const socket = connect(port, '127.0.0.1')
  socket.write(
    `POST ${uploadPath} HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nAuthorization: Bearer ${token}\r\nContent-Type: multipart/form-data; boundary=X\r\nContent-Length: 100000\r\n\r\n`,
  )
  const [continued] = await once(socket, 'data')
  t.match(String(continued), /^HTTP\/1\.1 100 /, 'the body is being read')
  socket.end(
    '--X\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\ngroup_name\n',
  )
  const { main } = emulator
  await main.journal.waitFor({ outcome: 'aborted' }, 1, 60_000)
  await once(socket, 'close')
  await nextTurn()
  t.equal(main.journal.find().records.length, 1)
  t.equal(main.imports.count({ status: 'pending', search: '-4' }).count, 0)
})

async function mintFor(emulator: Awaited<ReturnType<typeof listen>>['emulator']) {
  const spec = { clientId: demo.clientId, scopes: ['rostering'], lifetime: 3600 }
  return { access_token: await emulator.tokens.mint(spec, emulator.main.clock.now()) }
}

t.test('a planned outcome is for any file', async (t) => {
  const { emulator, upload, uploadId, status, urlOf } = await open(t, {
    fixtures: {
      clients: [{ ...demo, scopes: ['rostering'] }],
      uploads: [
        { id: 'broken', fileName: 'broken-*.csv', status: 'failed', messages: ['No "way"'] },
      ],
    },
  })
  const broken = await uploadId(users, 'broken-1.csv')
  t.strictSame(await status(broken), { status: 'failed', fileLine: 0, messages: ['No "way"'] })
  t.equal(
    await (await fetch(await urlOf(broken))).text(),
    'status,errorType,errorCode,errorMessage\n400,error,validation.fieldError,"No ""way"""\n',
  )

  await emulator.uploads.arm({ times: 1, status: 'processed', fileLine: 12_000 })
  const nonsense = await uploadId('nonsense', 'nonsense.xls')
  t.strictSame(await status(nonsense), { status: 'processed', fileLine: 12_000, messages: [] })
  const report = (await (await fetch(await urlOf(nonsense))).text()).split('\n')
  t.strictSame([report.length, report[1], report.at(-2)], [10_002, 'processed,,,', 'processed,,,'])
  t.equal((await upload('nonsense'))[0], 400, 'it was for one upload')
  t.match(await emulator.uploads.list(), [
    { id: 'broken', used: 1 },
    { id: 'outcome-2', used: 1 },
  ])

  await emulator.uploads.arm({ error: 'Storage bucket is unavailable' })
  const lost = await uploadId(users)
  const { get } = await clientOf(emulator)
  t.equal((await get(statusPath(lost)))[0], 500)
  t.equal((await get(downloadPath(lost)))[0], 500)
  await emulator.uploads.clear()
  await emulator.uploads.arm({
    progress: { lines: 100, duration: '10s', outcome: 'failed', failsAt: 50 },
  })
  const slow = await uploadId(users)
  await emulator.clock.advance('2s')
  t.match(await status(slow), { status: 'pending', fileLine: 20 })
  await emulator.clock.advance('3s')
  t.match(await status(slow), { status: 'failed', fileLine: 50 })
})

t.test('a link to a report is for that report, and for a while', async (t) => {
  const { emulator, uploadId, urlOf, get } = await open(t)
  const id = await uploadId(users)
  const other = await uploadId(users)
  await emulator.clock.advance('1s')
  const url = await urlOf(id)
  const forbidden = async (altered: string, reason: string, name: string) => {
    const answer = await fetch(altered)
    t.strictSame(
      [answer.status, answer.headers.get('content-type'), await answer.text()],
      [403, 'application/json', '{"message":"Forbidden"}'],
      name,
    )
    const { entries } = await emulator.journal.find({ operation: 'result', status: 403 })
    t.equal(entries.at(-1)?.reason.code, reason, name)
  }
  await forbidden(url.replace(id, other), 'link-forged', 'another id')
  await forbidden(url.replace(id, 'nope'), 'link-forged', 'an unknown id')
  await forbidden(url.replace(/expires=(\d)/, 'expires=9$1'), 'link-forged', 'another time')
  await forbidden(`${url}0`, 'link-forged', 'more signature')
  await forbidden(url.slice(0, -1), 'link-forged', 'less signature')
  await forbidden(`${url}&signature=x`, 'link-forged', 'two signatures')
  await forbidden(url.split('?')[0] as string, 'link-forged', 'no signature')
  await forbidden(url.replace('/api/', '/w/team/api/'), 'link-forged', 'another workspace')
  const entry = (await emulator.journal.find({ operation: 'result' })).entries.at(-3)
  t.match(entry?.path, /signature=\[redacted\]/)

  await emulator.clock.advance('899s')
  t.equal((await fetch(url)).status, 200)
  await emulator.clock.advance('1s')
  await forbidden(url, 'link-expired', 'after a quarter of an hour')

  const again = await urlOf(id)
  await emulator.imports.delete(id)
  t.equal((await fetch(again)).status, 404)
  t.strictSame(await get(downloadPath('nope')), [
    404,
    'application/json',
    '{"message":"Reference ID not found. File not found in pending bucket."}',
  ])
  t.strictSame(
    (await get('/api/v1/download/12345'))[0],
    200,
    'the older path, and an import of the scenario',
  )
})

t.test('a link leads back to where it came from', async (t) => {
  const cases: [string, EmulatorOptions, path: string, begins: RegExp][] = [
    ['by the name in the request', {}, '', /^http:\/\/localhost:\d+\/api/],
    ['to the workspace', {}, '/w/team', /^http:\/\/localhost:\d+\/w\/team\/api/],
    [
      'by the issuer that was chosen',
      { issuer: 'https://tao.example/x' },
      '',
      /^https:\/\/tao\.example\/x\/api/,
    ],
  ]
  for (const [name, options, prefix, begins] of cases) {
    const { emulator, get } = await open(t, options)
    const url = emulator.url.replace('127.0.0.1', 'localhost')
    const [, , body] = await get(url + prefix + downloadPath('12345'))
    t.match(JSON.parse(body).signedUrl, begins, name)
  }

  const { emulator, token } = await open(t)
  const answer = await requestRaw(Number(new URL(emulator.url).port), [
    `GET ${downloadPath('12345')} HTTP/1.1`,
    'Host: a"b/c',
    `Authorization: Bearer ${token}`,
  ])
  t.match(JSON.parse(answer.body).signedUrl, new RegExp(`^${emulator.url}/api`), 'not to any name')

  const { access_token: teamToken } = await emulator
    .workspace('team')
    .tokens.mint({ clientId: 'demo-client' })
  const answered = await fetch(emulator.url + downloadPath('12345'), {
    headers: { authorization: `Bearer ${teamToken}` },
  })
  const { signedUrl } = (await answered.json()) as { signedUrl: string }
  t.match(signedUrl, /\/w\/team\/api/, 'to the workspace of the client')
  t.equal((await fetch(signedUrl)).status, 200)
})

t.test(
  'result files and messages are kept within a bound, and statuses outlive them',
  async (t) => {
    const size = readFileSync(example('users.result')).length
    const { emulator, uploadId, urlOf, status, get } = await open(t, {
      maxStoredBytes: 2 * size + 10,
    })
    const first = await uploadId(users)
    const second = await uploadId(users)
    await emulator.clock.advance('1s')
    const urls = [await urlOf(first), await urlOf(second)]
    const statuses = async () => Promise.all(urls.map(async (url) => (await fetch(url)).status))
    t.strictSame(await statuses(), [200, 200])
    const third = await uploadId(users)
    t.strictSame(await statuses(), [404, 200], 'the oldest went')
    t.equal((await status(first)).status, 'processed')
    const { entries } = await emulator.journal.find({ operation: 'result', status: 404 })
    t.match(entries[0]?.reason, {
      code: 'result-missing',
      message: 'The result file was evicted: raise --max-stored-bytes',
    })

    await emulator.clock.advance('1s')
    t.equal((await fetch(await urlOf(third))).status, 200)
    await emulator.reset()
    t.equal((await emulator.imports.count({ search: third })).count, 0)
    t.equal((await get(downloadPath(third)))[0], 404)

    const small = await open(t, { maxStoredBytes: '1KiB' })
    const large = await small.uploadId(`group_name\n${'a\n'.repeat(1000)}`)
    await small.emulator.clock.advance('1s')
    t.equal((await small.get(downloadPath(large)))[0], 404, 'one that is too large')
    const { messages } = await small.status(large)
    t.strictSame(messages, ['The 101 messages were evicted: raise --max-stored-bytes'])

    const many = await open(t, { maxStoredBytes: '1MiB' })
    const wrong = `group_name,group_active\n${'a,\u{1f600}\u{1f600}\n'.repeat(100)}`
    const ids = []
    for (let count = 0; count < 100; count += 1) ids.push(await many.uploadId(wrong))
    await many.emulator.clock.advance('1s')
    const kept = await Promise.all(ids.map(async (id) => (await many.status(id)).messages.length))
    t.equal(kept[0], 1, 'those of the first upload went')
    t.equal(kept.at(-1), 100)
    t.ok(kept.filter((count) => count === 100).length < 70)

    const none = await open(t, { maxStoredBytes: 0 })
    const id = await none.uploadId(users)
    await none.emulator.clock.advance('1s')
    t.equal((await none.get(downloadPath(id)))[0], 404)
  },
)

t.test('the journal names the columns that no rule checks', async (t) => {
  const { emulator, uploadId } = await open(t)
  const id = await uploadId('group_name,group_active\u200b\na,maybe\n')
  const { entries } = await emulator.journal.find({ referenceId: id })
  t.equal(
    entries[0]?.reason.message,
    'Took "users.csv" (groups, 1 row; not checked: "group_active\\u200b" (U+200B ZERO WIDTH SPACE), did you mean group_active?)',
  )
})

t.test('255 characters of a file name are kept', async (t) => {
  const { emulator, uploadId } = await open(t)
  await emulator.uploads.arm({ fileName: 'n*-planned.csv', status: 'processed' })
  for (const end of ['.csv', '-planned.csv']) {
    const id = await uploadId(users, 'n'.repeat(2000) + end)
    t.equal((await emulator.imports.get(id))?.upload?.fileName, 'n'.repeat(255), end)
  }
})

t.test('many slow readers of a large result file share one copy of it', async (t) => {
  const { emulator, uploadId, urlOf } = await open(t)
  const id = await uploadId(
    `group_name,group_description\n${`g,${'x'.repeat(1000)}\n`.repeat(5_000)}`,
  )
  await emulator.clock.advance('10s')
  const url = new URL(await urlOf(id))
  const before = process.memoryUsage().arrayBuffers
  const sockets = Array.from({ length: 40 }, () => {
    const socket = connect(Number(url.port), '127.0.0.1').on('error', () => {})
    socket.write(
      `GET ${url.pathname}${url.search} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
    )
    return socket
  })
  await emulator.journal.waitFor({ operation: 'result', status: 200 }, { count: 40 })
  const grown = process.memoryUsage().arrayBuffers - before
  t.ok(grown < 40 * 2 ** 20, `${grown} bytes for 40 readers of 5 MB`)
  const [reader, ...others] = sockets
  for (const socket of others) socket.destroy()
  let length = 0
  for await (const chunk of reader as (typeof sockets)[0]) length += chunk.length
  t.ok(length > 5_000_000, 'who reads on gets it all')
  const { entries } = await emulator.journal.find({ operation: 'result' })
  t.match(
    entries[0]?.response?.body,
    /^\[5\d{6} bytes\]$/,
    'the journal does not hold what the file held',
  )

  const head = await fetch(url, { method: 'HEAD' })
  t.match(head.headers.get('content-length'), /^5\d{6}$/)
})

t.test('a reader that takes nothing of a result file loses its connection', async (t) => {
  const { emulator, port } = await listen(t, { requestTimeoutMs: 1000 })
  const { main, results, resultLinks } = emulator
  // More than the buffers of the connection hold.
  const file = Buffer.alloc(40 * 2 ** 20, 'x')
  const upload = { fileName: 'a.csv', sizeBytes: 1, kind: 'users', rows: 1, resultFile: 'kept' }
  main.imports.begin('large', { status: 'processed' }, upload as UploadState)
  results.of(undefined).keep('large', file, [], () => {})
  const { expires, signature } = resultLinks.sign(
    JSON.stringify([undefined, 'large']),
    main.clock.now(),
  )
  const path = `/api/v1/upload/results/large/output.csv?expires=${expires}&signature=${signature}`
  const socket = connect(port, '127.0.0.1').on('error', () => {})
  socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`)
  await main.journal.waitFor({ operation: 'result', outcome: 'aborted' }, 1, 20_000)
  socket.destroy()
  const whole = await fetch(`http://127.0.0.1:${port}${path}`)
  t.equal((await whole.arrayBuffer()).byteLength, file.length, 'and one that reads gets it all')
})

t.test('an internal failure while a file is read is no outcome of the file', async (t) => {
  const { emulator, upload } = await open(t)
  await emulator.uploads.arm({ fileName: '*', status: 'processed' })
  const { takeFile } = RosterResult.prototype
  t.teardown(() => {
    RosterResult.prototype.takeFile = takeFile
  })
  RosterResult.prototype.takeFile = () => {
    throw new TypeError('out of ink')
  }
  t.strictSame(await upload(users), [500, { message: 'out of ink' }])
  t.match(await emulator.uploads.list(), [{ used: 0 }])
})

t.test('faults strike the one copy of a result file, and leave it whole', async (t) => {
  const { emulator, uploadId, urlOf } = await open(t)
  const id = await uploadId(users)
  await emulator.clock.advance('1s')
  const url = await urlOf(id)
  const expected = readFileSync(example('users.result'), 'utf8')
  const read = async () => {
    const response = await fetch(url)
    return [response.headers.get('content-type'), await response.text()]
  }
  const operation = 'result'
  await emulator.faults.arm({ kind: 'malformed', operation, times: 1 })
  t.strictSame(await read(), ['application/json', expected.slice(0, -1)], 'malformed')
  await emulator.faults.arm({ kind: 'truncate', operation, times: 1, bytes: 10 })
  await t.rejects(read(), 'truncate')
  await emulator.faults.arm({ kind: 'slow-body', operation, times: 1, bytesPerSecond: 100_000 })
  t.strictSame(await read(), ['text/csv', expected], 'slow-body')
  t.strictSame(await read(), ['text/csv', expected], 'none')
})

t.test('faults apply to uploads, downloads and result files', async (t) => {
  const { emulator, upload } = await open(t)
  await emulator.faults.arm({ kind: 'status', status: 503, operation: 'upload', times: 1 })
  t.equal((await upload(users))[0], 503)
  t.equal((await emulator.imports.count({ search: '-4' })).count, 0, 'and nothing was taken')
  t.equal((await upload(users))[0], 200)
  await emulator.faults.arm({ kind: 'empty', operation: 'upload', times: 1 })
  await t.rejects(upload('g'.repeat(1_000_000)), { cause: { code: 'UND_ERR_SOCKET' } })
})
