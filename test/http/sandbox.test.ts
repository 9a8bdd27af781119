import { gunzipSync } from 'node:zlib'
import Fastify from 'fastify'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { builtPages } from '../../src/http/pages/index.js'
import { sandboxPage } from '../../src/http/sandbox/index.js'
import { buildApp, listen, requestRaw } from '../support.js'

const html = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8'

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** The page's scope alone, over a folder of files. */
async function buildPage(t: Test, files: Record<string, string | Record<string, string>>) {
  const lines: string[] = []
  const app = Fastify({ exposeHeadRoutes: false })
  app.register(builtPages, {
    logger: pino({}, { write: (line) => lines.push(line) }),
    guards: { allowedHosts: [], controlToken: 'secret' },
    pages: { __sandbox: sandboxPage(t.testdir(files)) },
  })
  t.teardown(() => app.close())
  await app.ready()
  return { app, lines }
}

t.test('the page is served with headers that keep it to itself', async (t) => {
  const { app } = await buildPage(t, { 'index.html': '<p>', 'app.js': '1', 'app.css': 'a{}' })
  const files: [url: string, type: string, body: string][] = [
    ['/__sandbox/', 'text/html; charset=utf-8', '<p>'],
    ['/__sandbox/app.js', 'text/javascript; charset=utf-8', '1'],
    ['/__sandbox/app.css', 'text/css; charset=utf-8', 'a{}'],
  ]
  for (const [url, type, body] of files) {
    t.test(url, async (t) => {
      const { statusCode, headers, body: told } = await app.inject(url)
      t.strictSame([statusCode, headers['content-type'], told], [200, type, body])
      t.equal(headers['content-security-policy'], policy)
      t.equal(headers['x-content-type-options'], 'nosniff')
      t.equal(headers['referrer-policy'], 'no-referrer')
      t.equal(headers['cache-control'], 'no-cache')
      const again = await app.inject({ url, headers: { 'if-none-match': headers.etag as string } })
      t.strictSame([again.statusCode, again.body], [304, ''])
      const zipped = await app.inject({ url, headers: { 'accept-encoding': 'br, gzip' } })
      t.equal(zipped.headers['content-encoding'], 'gzip')
      t.equal(gunzipSync(zipped.rawPayload).toString(), body)
      const head = await app.inject({ method: 'HEAD', url })
      t.strictSame([head.statusCode, head.headers.etag], [200, headers.etag])
    })
  }
  const { statusCode, headers, body } = await app.inject('/__sandbox/..%2Fpackage.json')
  t.strictSame(
    [statusCode, headers['content-type'], body],
    [404, 'text/plain', 'There is no such page'],
  )
  t.equal(headers['content-security-policy'], policy)
})

t.test('a page that cannot be served gets the reason as text', async (t) => {
  const { app, lines } = await buildPage(t, { 'app.js': {} })
  const unbuilt = await app.inject('/__sandbox/')
  t.equal(unbuilt.statusCode, 404)
  t.equal(unbuilt.body, 'The sandbox page is not built: npm run build makes it')
  const broken = await app.inject('/__sandbox/app.js')
  t.equal(broken.statusCode, 500)
  t.match(lines.join(), /EISDIR/)
})

t.test(
  'another method, or another path below the page, is not the rostering API either',
  async (t) => {
    const { app, emulator } = await buildApp(t)
    for (const [method, url] of [
      ['POST', '/__sandbox/'],
      ['OPTIONS', '/__sandbox'],
      ['DELETE', '/__docs/faults'],
    ] as const) {
      const { statusCode, headers, body } = await app.inject({ method, url })
      t.strictSame(
        [statusCode, headers['content-type'], body],
        [404, 'text/plain', 'There is no such page'],
        `${method} ${url}`,
      )
    }
    t.equal((await app.inject('/__sandboxes')).json().message, 'Not Found')
    t.strictSame(
      emulator.main.journal.find().records.map(({ path }) => path),
      ['/__sandboxes'],
    )
  },
)

t.test(
  'a browser that comes to / is led to the page, and anybody else gets a short text',
  async (t) => {
    const { app } = await buildApp(t)
    const cases: [string, accept: string | undefined, url: string, location: string | undefined][] =
      [
        ['a browser', html, '/', '__sandbox/'],
        ['a browser in a workspace', html, '/w/team/', '__sandbox/'],
        ['HTML alone', 'text/html', '/', '__sandbox/'],
        ['HTML in capitals', 'Text/HTML, */*;q=0.1', '/', '__sandbox/'],
        ['no Accept', undefined, '/', undefined],
        ['anything', '*/*', '/', undefined],
        ['any text', 'text/*', '/', undefined],
        ['a client of JSON', 'application/json, text/plain, */*', '/', undefined],
        ['a browser elsewhere', html, '/nowhere', undefined],
      ]
    for (const [name, accept, url, location] of cases) {
      t.test(name, async (t) => {
        const answer = await app.inject({ url, headers: accept === undefined ? {} : { accept } })
        t.equal(answer.headers.location, location)
        if (location !== undefined) {
          t.equal(answer.statusCode, 302)
          return
        }
        t.equal(answer.headers['content-security-policy'], undefined)
        if (url === '/') {
          t.equal(answer.statusCode, 200)
          t.equal(answer.headers['content-type'], 'text/plain')
          t.match(answer.body, '/__control/health')
        } else {
          t.equal(answer.statusCode, 404)
          t.equal(answer.body, '{"message":"Not Found"}')
        }
      })
    }
    const head = await app.inject({ method: 'HEAD', url: '/' })
    t.strictSame([head.statusCode, head.body], [200, ''])
    const post = await app.inject({ method: 'POST', url: '/', headers: { accept: html } })
    t.equal(post.statusCode, 404)
    t.equal((await app.inject('/__sandbox')).headers.location, '__sandbox/')
    t.equal((await app.inject('/w/team/__sandbox')).headers.location, '__sandbox/')
  },
)

t.test('strangers are kept out, and the control token is not asked for', async (t) => {
  const { port } = await listen(t, { controlToken: 'open sesame' })
  const cases: [string, headers: string[], status: number][] = [
    ['the person at this machine', ['Host: localhost:4080', 'Sec-Fetch-Site: none'], 302],
    ['a name that may lead anywhere', ['Host: evil.example'], 403],
    ['a page of another origin', ['Host: localhost', 'Origin: https://evil.example'], 403],
    ['a link from elsewhere', ['Host: localhost', 'Sec-Fetch-Site: cross-site'], 403],
  ]
  for (const [name, headers, status] of cases) {
    t.test(name, async (t) => {
      const answer = await requestRaw(port, ['GET /__sandbox HTTP/1.1', ...headers])
      t.equal(answer.status, status)
      t.equal(answer.headers['content-security-policy'], policy)
    })
  }
})
