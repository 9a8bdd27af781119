import t, { type Test } from 'tap'
import { runVerb } from '../src/emulator/control/control-verbs.js'
import {
  connectEmulator,
  type EmulatorControl,
  type RunningEmulator,
  type ScenarioFixture,
  startEmulator,
} from '../src/index.js'
import { buildApp, fetchTokenFrom, statusPath } from './support.js'

/** Both doors to the same vocabulary. */
const doors: [string, (emulator: RunningEmulator) => EmulatorControl][] = [
  ['the library', (emulator) => emulator],
  ['the control API', (emulator) => connectEmulator(emulator.url)],
]

const base: ScenarioFixture = {
  clients: [
    { clientId: 'demo', clientSecret: 'demo-secret', scopes: ['rostering'] },
    { clientId: 'other', clientSecret: 'other-secret' },
  ],
  imports: [
    { referenceId: 'a', status: 'pending' },
    { referenceId: 'b', timeline: [{ status: 'pending' }, { after: '1m', status: 'processed' }] },
    { referenceId: 'c-{n}', status: 'processed', fileLine: '{n}' },
  ],
  faults: [
    { id: 'first', kind: 'reset', times: 1, operation: 'download' },
    { kind: 'empty', operation: 'upload' },
  ],
  uploads: [{ id: 'planned', fileName: 'a.csv', status: 'failed' }],
  service: { rowErrors: 'report', maxRecords: 7 },
}

async function start(t: Test, open: (typeof doors)[number][1]) {
  const emulator = await startEmulator({ fixtures: base })
  t.teardown(() => emulator.close())
  await emulator.clock.freeze()
  const authorization = `Bearer ${(await emulator.tokens.mint({ clientId: 'demo' })).access_token}`
  const control = open(emulator)
  return {
    emulator,
    control,
    async poll(id: string) {
      const response = await emulator.inject(statusPath(id), { headers: { authorization } })
      return response.status === 200
        ? ((await response.json()) as { result: { status: string } }).result.status
        : response.status
    },
    async ids() {
      return (await control.imports.list()).map(({ referenceId }) => referenceId)
    },
  }
}

for (const [door, open] of doors) {
  t.test(`by ${door}`, async (t) => {
    t.test('a workspace starts from a scenario that replaces its own', async (t) => {
      const { control, emulator, ids, poll } = await start(t, open)
      await poll('a')
      await control.imports.put('put', { status: 'failed' })
      await control.clients.put('put', { clientSecret: 'x' })
      await control.imports.delete('a')
      await control.faults.arm({ kind: 'html' })
      await control.service.set({ fileLine: 'imported' })
      const source = [
        '# A comment',
        'clients: [{ clientId: demo, clientSecret: changed, scopes: [rostering] }]',
        'imports:',
        '  - { referenceId: a, status: processed }',
        'uploads: [{ status: processed }]',
      ].join('\n')
      t.strictSame(await control.scenario.load(source), {
        clients: 1,
        imports: 1,
        faults: 0,
        uploads: 1,
      })
      t.strictSame(await ids(), ['a'])
      t.strictSame((await control.clients.list()).length, 1)
      t.strictSame(await control.faults.list(), [])
      t.match(await control.uploads.list(), [{ id: 'outcome-1' }])
      t.match(await control.service.get(), { rowErrors: 'fail', fileLine: 'handled' })
      t.equal((await control.clock.get()).frozen, true, 'the clock stays')
      t.equal((await control.journal.find()).entries.length, 1, 'the journal stays')
      t.equal(await poll('a'), 'processed')

      await control.imports.put('a', { status: 'failed' })
      await control.reset()
      t.equal(await poll('a'), 'processed', 'a reset goes back to this scenario')
      t.strictSame(
        (await emulator.workspace('fresh').clients.list()).length,
        2,
        'other workspaces start with the first scenario',
      )
    })

    t.test('an object and a JSON text are scenarios as well', async (t) => {
      const { control, ids } = await start(t, open)
      const scenario: ScenarioFixture = { imports: [{ referenceId: 'o', error: 'No' }] }
      for (const source of [
        scenario,
        JSON.stringify(scenario),
        JSON.stringify(scenario, null, 2),
        '\ufeffimports: [{ referenceId: o, error: "No" }]',
      ]) {
        await control.scenario.load({})
        t.strictSame(await ids(), [])
        t.match(await control.scenario.load(source), { imports: 1 })
        t.strictSame(await ids(), ['o'])
      }
    })

    t.test('a scenario is merged: same ids are replaced, and the others go on', async (t) => {
      const { control, emulator, ids, poll } = await start(t, open)
      for (const id of ['a', 'b', 'b', 'c-7']) await poll(id)
      await control.imports.put('put', { status: 'failed' })
      await control.imports.put('other', { status: 'failed' })
      await control.imports.delete('c-{n}')
      await control.clients.put('demo', { clientSecret: 'put', scopes: ['rostering'] })
      await control.clients.delete('other')
      await control.faults.disarm('first')
      await control.faults.arm({ id: 'armed', kind: 'html', operation: 'upload' })
      await control.uploads.disarm('planned')
      await control.service.set({ rowErrors: 'fail', fileLine: 'imported', maxRecords: 8 })
      const counts = await control.scenario.load(
        {
          clients: [
            { clientId: 'other', clientSecret: 'back' },
            { clientId: 'new', clientSecret: 'new' },
          ],
          imports: [
            { referenceId: 'a', status: 'failed' },
            { referenceId: 'put', status: 'processed' },
            { referenceId: 'c-{n}', status: 'pending' },
            { referenceId: 'new', status: 'processed' },
          ],
          faults: [
            { id: 'first', kind: 'reset', times: 1, operation: 'download' },
            { id: 'armed', kind: 'empty', operation: 'upload' },
            { kind: 'html', operation: 'download' },
          ],
          uploads: [
            { id: 'planned', fileName: 'a.csv', status: 'failed' },
            { id: 'more', status: 'pending' },
          ],
          service: { rowErrors: 'report' },
        },
        { mode: 'merge' },
      )
      t.strictSame(counts, { clients: 2, imports: 4, faults: 3, uploads: 2 })
      t.strictSame(await ids(), ['a', 'b', 'c-{n}', 'put', 'new', 'other'])
      t.strictSame(await Promise.all(['a', 'put', 'other', 'c-7'].map(poll)), [
        'failed',
        'processed',
        'failed',
        'pending',
      ])
      t.match(await control.imports.get('b'), { polls: 2 }, 'what did not change goes on')
      t.strictSame(
        (await control.clients.list()).map(({ clientId }) => clientId),
        ['demo', 'other', 'new'],
      )
      t.ok(await fetchTokenFrom(emulator.url, { clientId: 'demo', clientSecret: 'put' }))
      t.strictSame(
        (await control.faults.list()).map(({ id, definition }) => [id, definition.kind]),
        [
          ['first', 'reset'],
          ['fault-2', 'empty'],
          ['armed', 'empty'],
          ['fault-4', 'html'],
        ],
      )
      t.strictSame(
        (await control.uploads.list()).map(({ id }) => id),
        ['planned', 'more'],
      )
      t.match(await control.service.get(), {
        rowErrors: 'report',
        fileLine: 'imported',
        maxRecords: 8,
      })
      await control.reset()
      t.strictSame(await ids(), ['a', 'b', 'c-{n}', 'put', 'new'])
      t.match(await control.service.get(), { rowErrors: 'report', maxRecords: 7 })
    })

    t.test('a fault and an import that are merged as they are go on', async (t) => {
      const { control, emulator, poll } = await start(t, open)
      const fault = { id: 'armed', kind: 'status', status: 503, times: 1 } as const
      await control.faults.arm({ ...fault, operation: 'status' })
      t.equal(await poll('a'), 503)
      await control.imports.put('put', {
        progress: { lines: 9, duration: '9s', outcome: 'failed' },
      })
      await poll('put')
      const at = { startsAt: 'load', timeline: [{ status: 'pending' }] } as const
      await control.imports.put('loaded', { ...at, timeline: [...at.timeline] })
      const { startedAt } = await control.imports.get('loaded')
      await emulator.clock.advance('5s')
      await control.scenario.load(
        {
          faults: [{ ...fault, operation: 'status' }],
          imports: [
            {
              referenceId: 'put',
              progress: { lines: 9, duration: '9s', outcome: 'failed' },
            },
            { referenceId: 'loaded', ...at, timeline: [...at.timeline] },
          ],
        },
        { mode: 'merge' },
      )
      t.match((await control.faults.list()).at(-1), { id: 'armed', applied: 1 })
      t.match(await control.imports.get('put'), { polls: 1, state: { fileLine: 5 } })
      t.match(await control.imports.get('loaded'), { startedAt })
    })

    t.test('an uploaded import of the same id is replaced', async (t) => {
      const { control, emulator, poll } = await start(t, open)
      const { access_token: token } = await emulator.tokens.mint({ clientId: 'demo' })
      const body = new FormData()
      body.append('file', new Blob(['group_name,group_active\nA,TRUE\n']), 'groups.csv')
      await control.faults.clear()
      const response = await emulator.inject(emulator.settings.uploadUrl, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body,
      })
      const { referenceId } = ((await response.json()) as { result: { referenceId: string } })
        .result
      await control.scenario.load({ imports: [] }, { mode: 'merge' })
      t.equal(await poll(referenceId), 'pending', 'it stays if no id is the same')
      await control.scenario.load(
        { imports: [{ referenceId, status: 'failed' }] },
        { mode: 'merge' },
      )
      t.equal(await poll(referenceId), 'failed')
    })

    t.test('all mistakes come with their places, and then nothing has changed', async (t) => {
      const { control, ids } = await start(t, open)
      const before = await ids()
      const cases: [name: string, source: string | object, mistakes: object[]][] = [
        [
          'a YAML text',
          'imports:\n  - referenceId: a\n    status: done\n  - referenceId: a\n    eror: x\n',
          [
            {
              location: 'scenario:3:13',
              path: 'imports[0].status',
              message: /^must be processed, pending/,
            },
            { location: 'scenario:4:5', path: 'imports[1]', message: /^needs one of the fields/ },
            { location: 'scenario:4:18', message: 'Duplicate id "a"; first used at scenario:2:18' },
            { location: 'scenario:5:5', path: 'imports[1].eror', message: /did you mean error/ },
          ],
        ],
        [
          'a YAML text that cannot be read',
          'imports: [\n',
          [{ location: 'scenario:2:1', path: '', message: /flow/i }],
        ],
        ['an empty text', '', [{ path: 'scenario', message: /^is empty: write \{\}/ }]],
        ['comments', '# a\n', [{ path: 'scenario', message: /^contains only comments/ }]],
        [
          'a JSON text of several lines',
          '{\n  "imports": [{ "referenceId": 7, "error": "x" }]\n}',
          [
            {
              location: 'scenario:2:32',
              path: 'imports[0].referenceId',
              message: /^must be a str/,
            },
          ],
        ],
        [
          'an object',
          { imports: [{ referenceId: 'a' }], clients: 7 },
          [
            { path: 'clients', message: 'must be a list' },
            { path: 'imports[0]', message: /^needs one of the fields/ },
          ],
        ],
        ['a list', [], [{ path: 'scenario', message: 'must be a mapping' }]],
      ]
      for (const [name, source, mistakes] of cases) {
        t.test(name, async (t) => {
          const error = await control.scenario.load(source as never).catch((it) => it)
          t.match(error, { name: 'ControlError', code: 'invalid_input', path: String })
          t.equal(error.mistakes.length, mistakes.length)
          t.match(error.mistakes, mistakes)
        })
      }
      t.strictSame(await ids(), before)
      await t.rejects(control.scenario.load({}, { mode: 'add' as never }), {
        code: 'invalid_input',
        path: 'mode',
        message: 'must be replace or merge',
      })
    })

    t.test('variables are given by the caller, and secrets of clients are kept', async (t) => {
      const { control, emulator } = await start(t, open)
      process.env.TAO_TEST_NAME = 'of the process'
      const source = {
        clients: [
          { clientId: 'demo', clientSecret: '${CLIENT_SECRET_demo}', scopes: ['rostering'] },
          { clientId: 'a-b', clientSecret: '${SECRET}', scopes: ['rostering'] },
        ],
        imports: [{ referenceId: 'a', error: '${TAO_TEST_NAME} $${SECRET}' }],
      }
      await t.rejects(control.scenario.load(source, { variables: { SECRET: 's&=é' } }), {
        code: 'invalid_input',
        message:
          'imports[0].error: The variable TAO_TEST_NAME is not given: give it in variables, or write $${TAO_TEST_NAME} for the text itself',
      })
      delete process.env.TAO_TEST_NAME
      const variables = { SECRET: 's3cret', TAO_TEST_NAME: 'No & none' }
      await control.scenario.load(source, { variables })
      t.match(await control.imports.get('a'), { definition: { error: 'No & none ${SECRET}' } })
      t.ok(await fetchTokenFrom(emulator.url, { clientId: 'demo', clientSecret: 'demo-secret' }))
      t.ok(await fetchTokenFrom(emulator.url, { clientId: 'a-b', clientSecret: 's3cret' }))

      // The name that the scenario gave stays, and a variable that is given wins.
      await control.scenario.load(source, { variables: { TAO_TEST_NAME: '' } })
      t.ok(await fetchTokenFrom(emulator.url, { clientId: 'a-b', clientSecret: 's3cret' }))
      await control.scenario.load(source, { variables: { ...variables, SECRET: 'other' } })
      t.ok(await fetchTokenFrom(emulator.url, { clientId: 'a-b', clientSecret: 'other' }))
      await t.rejects(control.scenario.load({}, { variables: { A: 7 as never } }), {
        path: 'variables.A',
        message: 'must be a string: quote it',
      })
    })
  })
}

t.test('a scenario is sent as YAML or JSON, up to 64 MiB', async (t) => {
  const { app, emulator } = await buildApp(t)
  const put = async (payload: string, type = 'application/yaml', query = '') => {
    const url = `/w/own/__control/scenario${query}`
    const headers = { 'content-type': type }
    const response = await app.inject({ method: 'PUT', url, headers, payload })
    return [response.statusCode, response.json()]
  }
  const counts = { clients: 0, imports: 1, faults: 0, uploads: 0 }
  const yaml = 'imports:\n  - { referenceId: é, error: "${WHY}" }\n'
  t.strictSame(emulator.workspaces.names(), [])
  const variables = `?variables=${encodeURIComponent('{"WHY":"No"}')}`
  t.strictSame(await put(yaml, 'application/yaml; charset=utf-8', variables), [200, counts])
  t.strictSame(emulator.workspaces.names(), ['own'])
  t.strictSame(await put('{"imports":[{"referenceId":"a","error":"x"}]}', 'application/json'), [
    200,
    counts,
  ])
  const long = 'x'.repeat(2 * 1024 ** 2)
  t.strictSame(await put(`imports: [{ referenceId: a, error: ${long} }]`), [200, counts])
  t.strictSame(await put('x'.repeat(64 * 1024 ** 2 + 1)), [
    413,
    { error: 'too_large', message: 'The body is too large', path: 'body' },
  ])
  t.strictSame(await put('imports:\n  - 7\n', 'application/yaml', '?mode=merge'), [
    400,
    {
      error: 'invalid_input',
      message: 'scenario:2:5: imports[0]: must be a mapping',
      path: 'imports[0]',
      mistakes: [
        {
          location: 'scenario:2:5',
          path: 'imports[0]',
          message: 'must be a mapping',
        },
      ],
    },
  ])
  for (const [query, path, message] of [
    ['?variables={', 'variables', 'must be a mapping'],
    ['?variables=A', 'variables', 'must be a mapping'],
    ['?mode=add', 'mode', 'must be replace or merge'],
  ] as const) {
    t.match(await put('{}', 'application/json', query), [
      400,
      { error: 'invalid_input', path, message },
    ])
  }
})

t.test('JSON of several lines is a text, so that mistakes have their places', async (t) => {
  const emulator = await startEmulator({ listen: false })
  t.teardown(() => emulator.close())
  const response = await emulator.inject('/__control/scenario', {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: '{\n  "imports": [{ "referenceId": "a", "status": "done" }]\n}',
  })
  t.equal(response.status, 400)
  t.match(await response.json(), { mistakes: [{ location: 'scenario:2:47' }] })
})

t.test('a failure that is no mistake of the scenario is passed on', async (t) => {
  const { emulator } = await buildApp(t)
  const source = {
    get clients(): never {
      throw new Error('out of luck')
    },
  }
  const scope = { emulator, workspace: emulator.main }
  await t.rejects(runVerb(scope, 'scenario.load', { source }), {
    name: 'Error',
    message: 'out of luck',
  })
})
