import Fastify from 'fastify'
import { pino } from 'pino'
import t, { type Test } from 'tap'
import { docsSite } from '../../src/http/docs/index.js'
import { builtPages } from '../../src/http/pages/index.js'

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** The scope of the site alone, over a folder of files. */
async function buildSite(t: Test, files: Record<string, string>) {
  const app = Fastify({ exposeHeadRoutes: false })
  app.register(builtPages, {
    logger: pino({ level: 'silent' }),
    guards: { allowedHosts: [], controlToken: 'secret' },
    pages: { __docs: docsSite(t.testdir(files)) },
  })
  t.teardown(() => app.close())
  await app.ready()
  return app
}

const files = {
  'index.html': '<p>Contents',
  'faults.html': '<p>Faults',
  'site.css': 'a{}',
  'search.js': '1',
  'search.json': '[]',
  'sandbox.png': 'PNG',
  'missing.template': '<a href="{up}index.html">No such page',
}

const html = 'text/html; charset=utf-8'

t.test('each file has its type, and the policy of the pages', async (t) => {
  const app = await buildSite(t, files)
  const cases: [path: string, status: number, type: string, body: string][] = [
    ['', 200, html, '<p>Contents'],
    ['index.html', 200, html, '<p>Contents'],
    ['faults', 200, html, '<p>Faults'],
    ['faults.html', 200, html, '<p>Faults'],
    ['site.css', 200, 'text/css; charset=utf-8', 'a{}'],
    ['search.js', 200, 'text/javascript; charset=utf-8', '1'],
    ['search.json', 200, 'application/json', '[]'],
    ['sandbox.png', 200, 'image/png', 'PNG'],
    ['nowhere', 404, html, '<a href="./index.html">No such page'],
    ['a/b/c', 404, html, '<a href="../../index.html">No such page'],
    ['missing.template', 404, html, '<a href="./index.html">No such page'],
    ['index.constructor', 404, html, '<a href="./index.html">No such page'],
    ['..%2Fdocs%2Findex.html', 404, html, '<a href="../../index.html">No such page'],
  ]
  for (const [path, status, type, expected] of cases) {
    const { statusCode, headers, body } = await app.inject(`/__docs/${path}`)
    t.strictSame([statusCode, headers['content-type'], body], [status, type, expected], path)
    t.equal(headers['content-security-policy'], policy, path)
  }
})

t.test('the address without a slash leads to the site', async (t) => {
  const app = await buildSite(t, files)
  const { statusCode, headers } = await app.inject('/__docs')
  t.strictSame([statusCode, headers.location], [302, '__docs/'])
})

t.test('HEAD has the headers of GET, and other methods are refused', async (t) => {
  const app = await buildSite(t, files)
  const { headers } = await app.inject('/__docs/faults')
  const head = await app.inject({ method: 'HEAD', url: '/__docs/faults' })
  t.strictSame([head.statusCode, head.headers.etag, head.body], [200, headers.etag, ''])
  t.equal((await app.inject({ method: 'POST', url: '/__docs/faults' })).statusCode, 404)
})

t.test('a site that is not built says how to build it', async (t) => {
  const app = await buildSite(t, {})
  const { statusCode, body } = await app.inject('/__docs/')
  t.strictSame([statusCode, body], [404, 'The documentation is not built: npm run docs makes it'])
})

t.test('pages of other origins cannot read it', async (t) => {
  const app = await buildSite(t, files)
  const headers = { origin: 'https://evil.example' }
  t.equal((await app.inject({ url: '/__docs/', headers })).statusCode, 403)
})
