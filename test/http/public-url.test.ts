import { readFileSync } from 'node:fs'
import t from 'tap'
import { Emulator } from '../../src/emulator/emulator.js'
import { createApp } from '../../src/http/app.js'
import { startEmulator } from '../../src/index.js'
import { runHere } from '../cli-support.js'
import { defaultScenario, fetchTokenFrom, requestRaw, statusPath, tokenPath } from '../support.js'

const users = new URL('../../fixtures/csv/users.csv', import.meta.url)

const publicUrl = 'https://tao.example:8443/sandbox/tao'

async function build(url = publicUrl) {
  const emulator = await Emulator.create({ fixtures: [defaultScenario], publicUrl: url })
  const app = createApp(emulator)
  await app.ready()
  return { emulator, app }
}

t.test('requests carry the prefix or not', async (t) => {
  const { app } = await build()
  t.teardown(() => app.close())
  const cases: [path: string, status: number][] = [
    ['/__control/health', 200],
    ['/sandbox/tao/__control/health', 200],
    ['/sandbox/tao/w/team/__control/health', 200],
    ['/sandbox/tao', 200],
    ['/sandbox/tao/', 200],
    ['/sandbox/tao?x', 200],
    [`/sandbox/tao${statusPath('12345')}`, 401],
    [statusPath('12345'), 401],
    ['/sandbox/taoo/__control/health', 404],
    ['/sandbox/__control/health', 404],
    ['/sandbox/tao/sandbox/tao/__control/health', 404],
    ['https://tao.example:8443/sandbox/tao/__control/health', 200],
  ]
  for (const [url, status] of cases) {
    t.equal((await app.inject({ url, headers: { host: 'localhost' } })).statusCode, status, url)
  }
})

t.test('a browser at the prefix is led to the page below it', async (t) => {
  const { app } = await build()
  t.teardown(() => app.close())
  const headers = { accept: 'text/html', host: 'tao.example:8443' }
  for (const [url, location] of [
    ['/sandbox/tao/', '__sandbox/'],
    ['/sandbox/tao/w/team/', '__sandbox/'],
  ]) {
    const { statusCode, headers: sent } = await app.inject({ url: url as string, headers })
    t.equal(statusCode, 302)
    t.equal(
      new URL(String(sent.location), `https://tao.example:8443${url}`).pathname,
      `${url}${location}`,
    )
  }
  // Without a slash at its end, the browser would leave the last part of the prefix out.
  const { headers: sent } = await app.inject({ url: '/sandbox/tao', headers })
  t.equal(
    new URL(String(sent.location), 'https://tao.example:8443/sandbox/tao').pathname,
    '/sandbox/tao/__sandbox/',
  )
})

t.test('every URL that the emulator gives follows the public URL', async (t) => {
  const emulator = await startEmulator({ publicUrl, rowsPerSecond: 0 })
  t.teardown(() => emulator.close())
  const metadata = await (
    await fetch(`${emulator.url}/.well-known/oauth-authorization-server`)
  ).json()
  t.match(metadata, {
    issuer: publicUrl,
    token_endpoint: publicUrl + tokenPath,
    jwks_uri: `${publicUrl}/.well-known/jwks.json`,
  })
  const token = await fetchTokenFrom(emulator.url)
  const claims = JSON.parse(String(Buffer.from(token.split('.')[1] as string, 'base64url')))
  t.equal(claims.iss, publicUrl)

  const headers = { authorization: `Bearer ${token}` }
  const body = new FormData()
  body.append('file', new File([readFileSync(users)], 'users.csv'))
  const uploaded = (await (
    await fetch(emulator.settings.uploadUrl.replace(publicUrl, emulator.url), {
      method: 'POST',
      headers,
      body,
    })
  ).json()) as { result?: { referenceId: string } }
  const id = uploaded.result?.referenceId
  if (id === undefined) throw new Error(JSON.stringify(uploaded))
  const forwarded = {
    ...headers,
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'ftp',
    'x-forwarded-prefix': '/evil',
    forwarded: 'host=evil.example;proto=ftp',
  }
  const { signedUrl } = (await (
    await fetch(`${emulator.url}/api/v1/upload/api/v1/download/${id}`, { headers: forwarded })
  ).json()) as { signedUrl: string }
  t.ok(signedUrl.startsWith(`${publicUrl}/api/v1/upload/results/${id}/output.csv?`), signedUrl)
  const file = await fetch(emulator.url + signedUrl.slice('https://tao.example:8443'.length))
  t.equal(file.status, 200, 'with the prefix')
  t.equal((await fetch(signedUrl.replace(publicUrl, emulator.url))).status, 200, 'or without')
})

t.test('an issuer of its own is for tokens alone', async (t) => {
  const emulator = await startEmulator({ publicUrl, issuer: 'https://issuer.example' })
  t.teardown(() => emulator.close())
  t.match(await (await fetch(`${emulator.url}/.well-known/openid-configuration`)).json(), {
    issuer: 'https://issuer.example',
    token_endpoint: publicUrl + tokenPath,
  })
})

t.test('the host of the public URL is trusted, and its page alone', async (t) => {
  const emulator = await startEmulator({ publicUrl })
  t.teardown(() => emulator.close())
  const port = Number(new URL(emulator.url).port)
  const cases: [string, headers: string[], status: number][] = [
    ['its host', ['Host: tao.example:8443'], 200],
    ['its host without the port', ['Host: tao.example'], 403],
    ['another host', ['Host: evil.example'], 403],
    ['a forwarded host', ['Host: evil.example', 'X-Forwarded-Host: tao.example:8443'], 403],
    ['its page, behind a proxy', ['Host: emulator', 'Origin: https://tao.example:8443'], 200],
    ['a page without TLS', ['Host: emulator', 'Origin: http://tao.example:8443'], 403],
    ['a page of another port', ['Host: emulator', 'Origin: https://tao.example'], 403],
  ]
  for (const [name, headers, status] of cases) {
    const answer = await requestRaw(port, ['GET /__control/health HTTP/1.1', ...headers])
    t.equal(answer.status, status, name)
  }
})

t.test('a public URL that is none is refused', async (t) => {
  for (const url of [
    'tao.example',
    'ftp://tao.example',
    'https://a/?x',
    'https://u:p@a',
    'https://a/#x',
  ]) {
    t.strictSame(await runHere(['--public-url', url]), {
      code: 2,
      out: '',
      err: `--public-url: "${url}" must be an http or https URL without user, query or fragment\n`,
    })
  }
})
