import t, { type Test } from 'tap'
import { connectEmulator, type EmulatorControl, startEmulator } from '../../src/index.js'
import { statusPath } from '../support.js'

const allSwitches = {
  rowErrors: 'fail',
  fileLine: 'handled',
  raggedRows: 'check',
  maxRecords: null,
  referenceIds: 'any',
  contentTypes: 'bare',
}

/** A client of the rostering API, of the emulator or of a workspace. */
function clientOf({ url, tokens }: Pick<EmulatorControl, 'url' | 'tokens'>) {
  const send = async (path: string, init: RequestInit = {}) => {
    const { access_token: token } = await tokens.mint({ clientId: 'demo-client' })
    const headers = { authorization: `Bearer ${token}` }
    const response = await fetch(url + path, { ...init, headers })
    const type = response.headers.get('content-type')
    return { status: response.status, type, text: await response.text() }
  }
  const upload = (csv: string) => {
    const body = new FormData()
    body.append('file', new Blob([csv]), 'roster.csv')
    return send('/api/v1/upload/api/v1/upload', { method: 'POST', body })
  }
  return {
    send,
    upload,
    async outcomeOf(csv: string) {
      const { result } = JSON.parse((await upload(csv)).text)
      const polled = await send(statusPath(result.referenceId))
      return JSON.parse(polled.text).result
    },
  }
}

async function start(t: Test, service = {}) {
  const emulator = await startEmulator({
    rowsPerSecond: 0,
    fixtures: ['fixtures/default.yaml', { service }],
  })
  t.teardown(() => emulator.close())
  return { emulator, ...clientOf(emulator) }
}

const oneMistake = 'group_name,group_active\na,TRUE\nb,yes\n'
const mistake = 'Line 3: group_active must be TRUE or FALSE, not "yes"'

t.test('each switch has both of its values', async (t) => {
  const { emulator, send, upload, outcomeOf } = await start(t)
  const cases: [switches: object, actual: () => Promise<unknown>, expected: unknown][] = [
    [{}, () => outcomeOf(oneMistake), { status: 'failed', fileLine: 2, messages: [mistake] }],
    [
      { rowErrors: 'report' },
      () => outcomeOf(oneMistake),
      { status: 'processed', fileLine: 2, messages: [] },
    ],
    [
      { fileLine: 'imported' },
      () => outcomeOf(oneMistake),
      { status: 'failed', fileLine: 1, messages: [mistake] },
    ],
    [
      { rowErrors: 'report' },
      () => outcomeOf('group_active\nTRUE\n'),
      {
        status: 'failed',
        fileLine: 0,
        messages: ['Line 1: mandatory column group_name is missing'],
      },
    ],
    [
      { raggedRows: 'refuse' },
      () => upload('group_name,group_active\na\n'),
      {
        status: 400,
        type: 'application/json',
        text: '{"message":"Line 2 has 1 value where the header has 2 columns"}',
      },
    ],
    [
      { maxRecords: 1 },
      () => upload(oneMistake),
      {
        status: 400,
        type: 'application/json',
        text: '{"message":"The file has more than 1 records"}',
      },
    ],
    [{ maxRecords: 2 }, async () => (await upload(oneMistake)).status, 200],
    [
      { referenceIds: 'uuid' },
      () => send(statusPath('12345')),
      {
        status: 400,
        type: 'application/json',
        text: '{"message":"Reference ID must be a valid UUID."}',
      },
    ],
    [
      { referenceIds: 'uuid' },
      async () => (await send('/api/v1/upload/api/v1/download/12345')).status,
      400,
    ],
    [
      { referenceIds: 'uuid' },
      async () => (await send(statusPath('6d7c4a2e-3f0b-4b1e-9c5d-0123456789AB'))).status,
      404,
    ],
    [
      { contentTypes: 'charset' },
      async () => (await send(statusPath('12345'))).type,
      'application/json; charset=utf-8',
    ],
    [
      { contentTypes: 'charset' },
      async () => {
        const response = await fetch(emulator.url + statusPath('12345'))
        return [response.status, response.headers.get('content-type'), await response.text()]
      },
      [401, 'text/plain; charset=utf-8', 'Access Denied'],
    ],
    [
      { contentTypes: 'charset' },
      async () => {
        const headers = { origin: 'http://a', 'access-control-request-method': 'GET' }
        const preflight = await fetch(emulator.url + statusPath('x'), {
          method: 'OPTIONS',
          headers,
        })
        return [preflight.status, preflight.headers.get('content-type')]
      },
      [204, null],
    ],
    [{}, async () => (await send(statusPath('12345'))).type, 'application/json'],
  ]
  for (const [switches, actual, expected] of cases) {
    await emulator.reset()
    await emulator.service.set(switches)
    t.strictSame(await actual(), expected, JSON.stringify([switches, expected]))
  }
})

t.test('an id that is no UUID is looked at after the token and its scope', async (t) => {
  const { emulator } = await start(t, { referenceIds: 'uuid' })
  const { access_token: token } = await emulator.tokens.mint({ clientId: 'unscoped-client' })
  const headers = { authorization: `Bearer ${token}` }
  t.equal((await fetch(emulator.url + statusPath('12345'))).status, 401)
  t.equal((await fetch(emulator.url + statusPath('12345'), { headers })).status, 403)
})

t.test(
  'switches are those of the scenario, then those that were set, in each workspace its own',
  async (t) => {
    const { emulator } = await start(t, { rowErrors: 'report', maxRecords: 7 })
    const fromScenario = { ...allSwitches, rowErrors: 'report', maxRecords: 7 }
    t.strictSame(await emulator.service.get(), fromScenario)
    t.strictSame(await emulator.service.set({ maxRecords: null, fileLine: 'imported' }), {
      ...fromScenario,
      maxRecords: null,
      fileLine: 'imported',
    })
    const remote = connectEmulator(emulator.url)
    const team = remote.workspace('team')
    t.strictSame(await team.service.get(), fromScenario, 'another workspace')
    t.strictSame(await team.service.set({ rowErrors: 'fail' }), {
      ...fromScenario,
      rowErrors: 'fail',
    })
    t.match(await remote.service.get(), { rowErrors: 'report', fileLine: 'imported' })
    await remote.reset()
    t.strictSame(await remote.service.get(), fromScenario, 'and reset goes back')

    await t.rejects(remote.service.set({ rowErrors: 'reports' as never }), {
      code: 'invalid_input',
      path: 'rowErrors',
      message: 'must be fail or report; did you mean report?',
    })
    const [later] = [
      await startEmulator({
        fixtures: [{ service: { maxRecords: 1 } }, { service: { maxRecords: 2 } }],
      }),
    ]
    t.teardown(() => later.close())
    t.match(await later.service.get(), { maxRecords: 2 }, 'of two files the later one holds')
  },
)

t.test('an edited scenario changes the switches that nobody set', async (t) => {
  const { emulator } = await start(t)
  await emulator.service.set({ fileLine: 'imported' })
  t.match(await emulator.service.get(), { fileLine: 'imported', rowErrors: 'fail' })
})
