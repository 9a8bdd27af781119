import { readFileSync } from 'node:fs'
import t from 'tap'
import { Emulator } from '../../src/emulator/emulator.js'
import { createApp } from '../../src/http/app.js'
import { differenceOf } from '../openapi-responses.js'
import { buildApp, defaultScenario, statusPath } from '../support.js'

const packaged = (name: string) =>
  readFileSync(new URL(`../../openapi/${name}.json`, import.meta.url), 'utf8')

const get = (url: string) => ({ url, headers: { host: 'emulator:4080' } })

t.test('the documents of the package are served with the address of the emulator', async (t) => {
  const { app } = await buildApp(t, { controlToken: 'secret' })
  for (const name of ['rostering', 'control']) {
    const response = await app.inject(get(`/__control/openapi/${name}.json`))
    t.equal(response.headers['content-type'], 'application/json')
    t.equal(response.body, packaged(name).replaceAll('//127.0.0.1:4080', '//emulator:4080'))
  }
})

t.test('a document of a workspace names the address of the workspace', async (t) => {
  const { app, emulator } = await buildApp(t)
  const document = (await app.inject(get('/w/team/__control/openapi/rostering.json'))).json()
  const [here, workspace] = document.servers
  t.equal(here.url, 'http://emulator:4080/w/team')
  t.equal(workspace.url, 'http://emulator:4080/w/{workspace}')
  t.equal(
    document.components.securitySchemes.accessToken.flows.clientCredentials.tokenUrl,
    'http://emulator:4080/w/team/api/v1/upload/v1/oauth2/tokens',
  )
  t.strictSame(emulator.workspaces.names(), [], 'a document makes no workspace')
})

t.test('a document names the public URL', async (t) => {
  const publicUrl = 'https://tao.example/emulator'
  const emulator = await Emulator.create({ fixtures: [defaultScenario], publicUrl })
  const app = createApp(emulator)
  t.teardown(() => app.close())
  const document = (await app.inject(get('/__control/openapi/control.json'))).json()
  t.equal(document.servers[0].url, publicUrl)
})

t.test('requests for documents are refused as control requests are', async (t) => {
  const { app } = await buildApp(t)
  t.match((await app.inject(get('/__control/openapi/tao.json'))).json(), {
    error: 'not_found',
    message: 'There is no OpenAPI document "tao.json". There are rostering.json and control.json',
  })
  const foreign = { ...get('/__control/openapi/control.json'), headers: { host: 'evil.example' } }
  t.equal((await app.inject(foreign)).statusCode, 403)
})

const found = { result: { status: 'pending', fileLine: 1, messages: [] } }
const poll = {
  method: 'GET',
  url: statusPath('12345'),
  status: 200,
  contentType: 'application/json',
}

const seen: [name: string, changes: object, difference: RegExp | undefined][] = [
  ['a documented response', {}, undefined],
  ['a charset', { contentType: 'application/json; charset=utf-8' }, undefined],
  ['a workspace', { url: `/w/team${statusPath('12345')}` }, undefined],
  ['a response to HEAD', { method: 'HEAD', body: '' }, undefined],
  ['the page', { url: '/__sandbox/', contentType: 'text/html' }, undefined],
  ['another status', { status: 418 }, /: 418: is not described$/],
  ['another type', { contentType: 'text/html' }, /has the type "text\/html", and not application/],
  ['no type', { contentType: undefined }, /has the type ""/],
  ['a further field', { body: '{"result":{},"more":1}' }, /must NOT have additional properties/],
  ['a missing field', { body: '{}' }, /must have required property 'result'/],
  ['another path', { url: '/nothing' }, /is no operation/],
  ['a body with 204', { method: 'POST', url: '/__control/reset', status: 204 }, /has a body/],
]

t.test('a response is compared with the documents', async (t) => {
  for (const [name, changes, difference] of seen) {
    const text = differenceOf({ ...poll, body: JSON.stringify(found), ...changes })
    if (difference === undefined) t.equal(text, undefined, name)
    else t.match(text, difference, name)
  }
})
