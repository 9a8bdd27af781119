import { setTimeout as wait } from 'node:timers/promises'
import t, { type Test } from 'tap'
import {
  connectEmulator,
  type EmulatorControl,
  type ImportResult,
  type RunningEmulator,
  type StateDocument,
  startEmulator,
} from '../src/index.js'
import { watchedFetch } from './openapi-responses.js'
import { statusPath, tokenPath } from './support.js'

// Both doors and all clients of these tests use it.
globalThis.fetch = watchedFetch

/** Both doors to the same vocabulary. */
const doors: [string, (emulator: RunningEmulator) => EmulatorControl][] = [
  ['the library', (emulator) => emulator],
  ['the control API', (emulator) => connectEmulator(emulator.url)],
]

async function requestToken(url: string, clientId = 'demo-client', clientSecret = 'demo-secret') {
  const answer = await fetch(url + tokenPath, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
    }),
  })
  return ((await answer.json()) as { access_token: string }).access_token
}

async function poll(url: string, id: string, token: string) {
  const answer = await fetch(url + statusPath(id), {
    headers: { authorization: `Bearer ${token}` },
  })
  const text = await answer.text()
  return [answer.status, answer.status === 200 ? JSON.parse(text).result : text] as const
}

const invalid = (path: string | undefined, message: string | RegExp) => ({
  name: 'ControlError',
  code: 'invalid_input',
  path,
  message,
})

/** A state document with other changes. */
const changed = (state: StateDocument, changes: object) => ({
  ...state,
  changes: { ...(state.changes as object), ...changes },
})

const missing = (message: string) => ({ name: 'ControlError', code: 'not_found', message })

for (const [door, open] of doors) {
  t.test(`by ${door}`, async (t) => {
    const start = async (t: Test) => {
      const emulator = await startEmulator()
      t.teardown(() => emulator.close())
      return open(emulator)
    }

    t.test('imports are listed, read, put and deleted', async (t) => {
      const control = await start(t)
      const token = await requestToken(control.url)
      t.strictSame((await control.imports.list())[0], {
        referenceId: '12345',
        definition: { status: 'processed', fileLine: 2 },
        state: { status: 'processed', fileLine: 2, messages: [] },
        polls: 0,
        startedAt: null,
        finished: false,
        override: null,
      })
      await poll(control.url, '12345', token)
      t.match(await control.imports.get('12345'), { polls: 1, startedAt: /^\d{4}-.*Z$/ })
      t.match(await control.imports.get('processed-*'), { state: null, polls: 0 })

      const definition = { status: 'failed' as const, messages: ['Line 2: bad'] }
      const put = await control.imports.put('12345', definition)
      t.strictSame(put, {
        referenceId: '12345',
        definition,
        state: { status: 'failed', fileLine: 0, messages: ['Line 2: bad'] },
        polls: 0,
        startedAt: null,
        finished: false,
        override: null,
      })
      t.strictSame(await poll(control.url, '12345', token), [200, put.state])
      await control.imports.put('mine-{n}', { status: 'pending', fileLine: '{n}' as never })
      t.strictSame((await poll(control.url, 'mine-7', token))[1].fileLine, 7)

      t.equal(await control.imports.delete('12345'), undefined)
      t.equal((await poll(control.url, '12345', token))[0], 404)
      await t.rejects(control.imports.get('12345'), missing('There is no import "12345"'))
      await t.rejects(control.imports.delete('12345'), missing('There is no import "12345"'))
    })

    t.test('an import is finished or overridden, and uncovered again', async (t) => {
      const control = await start(t)
      const token = await requestToken(control.url)
      const progress = { lines: 1000, duration: '10s', outcome: 'processed' } as const
      await control.imports.put('grows', { progress })
      const finished = { status: 'processed', fileLine: 1000, messages: [] }
      t.match(await control.imports.finish('grows'), { state: finished, finished: true, polls: 0 })
      t.strictSame(await poll(control.url, 'grows', token), [200, finished])

      const failed = { status: 'failed' as const, fileLine: 7, messages: ['Line 7: bad'] }
      t.match(await control.imports.override('grows', failed), { state: failed, override: failed })
      t.strictSame(await poll(control.url, 'grows', token), [200, failed])
      await control.imports.override('grows', { error: 'Gone' })
      t.strictSame(await poll(control.url, 'grows', token), [500, '{"message":"Gone"}'])
      t.equal(await control.imports.clearOverride('grows'), undefined)
      t.equal(await control.imports.clearOverride('grows'), undefined, 'a second time, too')
      t.match(await control.imports.get('grows'), { state: finished, override: null, polls: 3 })

      const unknown = missing('There is no import "nobody"')
      await t.rejects(control.imports.finish('nobody'), unknown)
      await t.rejects(control.imports.override('nobody', failed), unknown)
      await t.rejects(control.imports.clearOverride('nobody'), unknown)
      const pattern = invalid('id', '"processed-*" is a pattern: name one id that it matches')
      await t.rejects(control.imports.finish('processed-*'), pattern)
      await t.rejects(
        control.imports.override('grows', { ...failed, fileLine: -1 }),
        invalid('fileLine', 'must be a whole number from 0 to 1000000000'),
      )
    })

    t.test('imports are searched, filtered, paged and counted', async (t) => {
      const control = await start(t)
      const token = await requestToken(control.url)
      await control.imports.put('count', { status: 'pending' })
      await control.imports.put('12345', { error: 'No' })
      await control.imports.delete('slow')
      await poll(control.url, 'processed-MINE', token)
      const idsOf = async (page?: Parameters<typeof control.imports.list>[0]) =>
        (await control.imports.list(page)).map(({ referenceId }) => referenceId)
      const all = await idsOf()
      const cases: [string, Parameters<typeof control.imports.list>[0], string[]][] = [
        ['nothing asked for', {}, all],
        ['a part of the id', { search: 'count' }, ['count']],
        ['in another case', { search: 'SED-mi' }, ['processed-MINE']],
        ['a text that none has', { search: 'nowhere' }, []],
        ['a state', { status: 'failed' }, ['failed']],
        ['errors', { status: 'error' }, ['12345', 'server-error']],
        ['patterns', { status: 'pattern', search: '-at-' }, ['failed-at-line-{n}']],
        ['the first', { limit: 2 }, all.slice(0, 2)],
        ['the next', { limit: 3, offset: 2 }, all.slice(2, 5)],
        ['the rest', { offset: 12 }, all.slice(12)],
        ['those after the last', { offset: 1000, limit: 10 }, []],
        ['a page of a state', { status: 'error', offset: 1, limit: 1 }, ['server-error']],
      ]
      for (const [name, page, ids] of cases) t.strictSame(await idsOf(page), ids, name)

      t.strictSame(await control.imports.count(), {
        count: all.length,
        kinds: { processed: 1, pending: 4, processing: 0, failed: 1, error: 2, pattern: 7 },
      })
      t.strictSame(await control.imports.count({ search: 'count', status: 'pending' }), {
        count: 1,
        kinds: { processed: 0, pending: 1, processing: 0, failed: 0, error: 0, pattern: 0 },
      })
      t.equal((await control.imports.count({ status: 'failed' })).count, 1)
      t.match(await control.imports.get('count'), { referenceId: 'count' })
      await poll(control.url, 'processed-*', token)
      t.equal((await control.imports.count({ search: 'processed-*' })).count, 1, 'a pattern polled')
    })

    t.test(
      'clients are listed, read, put and deleted, and their secrets are not shown',
      async (t) => {
        const control = await start(t)
        const clients = await control.clients.list()
        t.strictSame(clients[0], {
          clientId: 'demo-client',
          scopes: ['rostering'],
          tokenLifetime: 3600,
        })
        t.notMatch(JSON.stringify(clients), /secret"/i)
        t.strictSame(
          await control.clients.put('me', { clientSecret: 'hush', scopes: ['rostering'] }),
          {
            clientId: 'me',
            scopes: ['rostering'],
            tokenLifetime: 3600,
          },
        )
        const token = await requestToken(control.url, 'me', 'hush')
        t.equal((await poll(control.url, '12345', token))[0], 200)
        t.match(await control.clients.get('me'), { clientId: 'me' })
        await control.clients.delete('me')
        t.equal(
          (await poll(control.url, '12345', token))[0],
          401,
          'its tokens are worth nothing now',
        )
        await t.rejects(control.clients.get('me'), missing('There is no client "me"'))
        await t.rejects(control.clients.delete('me'), missing('There is no client "me"'))
        await control.clients.delete('demo-client')
        t.equal((await control.clients.list()).length, clients.length - 1)
      },
    )

    t.test('the clock is frozen, resumed, set and advanced', async (t) => {
      const control = await start(t)
      const token = await requestToken(control.url)
      const { now } = await control.clock.freeze()
      t.strictSame(await control.clock.get(), { now, frozen: true })
      t.strictSame(await control.clock.advance('59m'), {
        now: new Date(Date.parse(now) + 59 * 60_000).toISOString(),
        frozen: true,
      })
      t.equal((await poll(control.url, 'slow', token))[1].status, 'pending')
      await control.clock.advance('30s')
      t.equal((await poll(control.url, 'slow', token))[1].status, 'processed')
      await control.clock.advance('30s')
      t.equal((await poll(control.url, 'slow', token))[0], 401, 'the token has expired')
      t.strictSame(await control.clock.set('2026-01-31T12:00:00Z'), {
        now: '2026-01-31T12:00:00.000Z',
        frozen: true,
      })
      t.equal((await poll(control.url, 'slow', token))[0], 401, 'the token is not valid yet')
      const instants = [
        ['2024-02-29T01:30:00.25+02:00', '2024-02-28T23:30:00.250Z'],
        ['1970-01-01T00:00Z', '1970-01-01T00:00:00.000Z'],
        ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
      ] as const
      for (const [at, now] of instants) t.equal((await control.clock.set(at)).now, now)
      t.equal((await control.clock.set(new Date(0))).now, '1970-01-01T00:00:00.000Z')
      t.equal((await control.clock.resume()).frozen, false)
      await control.clock.freeze()
      const beside = await control.clock.reset()
      t.ok(Math.abs(Date.parse(beside.now) - Date.now()) < 60_000, 'beside the wall clock')
      t.equal(beside.frozen, false)
      await control.reset()
      t.equal((await poll(control.url, 'slow', token))[1].status, 'pending')
    })

    t.test('the journal is found, counted, waited for and cleared', async (t) => {
      const control = await start(t)
      const token = await requestToken(control.url)
      await poll(control.url, '12346', token)
      await poll(control.url, '12345', token)
      const all = await control.journal.find()
      t.strictSame([all.entries.length, all.dropped, all.complete], [3, 0, true])
      t.match(all.entries[1], {
        id: 2,
        operation: 'status',
        method: 'GET',
        path: statusPath('12346'),
        referenceId: '12346',
        client: 'demo-client',
        request: { body: null, token: { client_id: 'demo-client', scope: 'rostering' } },
        response: {
          status: 404,
          headers: { 'content-type': 'application/json' },
          body: '{"message":"Reference ID not found. File not found in pending bucket."}',
        },
        outcome: 'served',
        reason: {
          code: 'reference-id-unknown',
          message: 'There is no import "12346"; nearest: "12345"',
        },
      })
      t.notMatch(JSON.stringify(all), new RegExp(`${token}|demo-secret`))
      const counts: [string, Parameters<typeof control.journal.count>[0], number][] = [
        ['everything', undefined, 3],
        ['an operation', { operation: 'status', client: undefined as never }, 2],
        ['an id', { referenceId: '12345' }, 1],
        ['a client', { client: 'demo-client' }, 3],
        ['a status', { status: 404 }, 1],
        ['an outcome', { outcome: 'aborted' }, 0],
        ['what came after an entry', { since: 2 }, 1],
        ['all of these', { operation: 'status', status: 200, since: 1 }, 1],
      ]
      for (const [name, filter, count] of counts) {
        t.strictSame(await control.journal.count(filter), { count, complete: true }, name)
      }

      const waiting = control.journal.waitFor({ referenceId: 'late' }, { count: 2, timeout: '30s' })
      await wait(20)
      await Promise.all([poll(control.url, 'late', token), poll(control.url, 'late', token)])
      t.equal((await waiting).entries.length, 2)
      t.equal((await control.journal.waitFor()).entries.length, 5, 'what is there already counts')
      await t.rejects(
        control.journal.waitFor({ referenceId: 'never' }, { count: 1, timeout: '20ms' }),
        {
          code: 'timeout',
          message: '0 of 1 journal entries came within 20ms',
        },
      )
      const stop = new AbortController()
      const stopped = t.rejects(
        control.journal.waitFor({ referenceId: 'never' }, { timeout: '1m', signal: stop.signal }),
        { message: 'enough' },
        'a signal ends the wait',
      )
      await wait(20)
      stop.abort(new Error('enough'))
      await stopped
      await t.rejects(
        control.journal.waitFor({ referenceId: 'never' }, { signal: stop.signal }),
        { message: 'enough' },
        'so does one that is aborted before',
      )
      await t.rejects(
        control.journal.waitFor(
          { referenceId: 'never' },
          { timeout: 10, signal: new AbortController().signal },
        ),
        {
          message: '0 of 1 journal entries came within 10ms',
        },
      )
      await control.journal.clear()
      t.strictSame(await control.journal.find(), { entries: [], dropped: 0, complete: true })
    })

    t.test('faults are armed, listed, disarmed and cleared', async (t) => {
      const control = await start(t)
      const token = await requestToken(control.url)
      const definition = { id: 'outage', kind: 'status', status: 503, times: 1, skip: 1 } as const
      t.strictSame(await control.faults.arm(definition), {
        id: 'outage',
        definition,
        matched: 0,
        applied: 0,
      })
      const statuses = []
      for (let poll_ = 0; poll_ < 3; poll_ += 1) {
        statuses.push((await poll(control.url, '12345', token))[0])
      }
      t.strictSame(statuses, [200, 503, 200])
      t.match(await control.faults.list(), [{ id: 'outage', matched: 3, applied: 1 }])
      t.strictSame(await control.journal.count({ fault: 'outage' }), { count: 1, complete: true })
      await t.rejects(control.faults.arm(definition), {
        name: 'ControlError',
        code: 'conflict',
        path: 'id',
      })
      await t.rejects(
        control.faults.arm({ kind: 'status', status: 99 }),
        invalid('status', 'must be a whole number from 200 to 599'),
      )
      await t.rejects(control.faults.disarm('nope'), missing('There is no fault "nope"'))
      t.equal(await control.faults.disarm('outage'), undefined)
      t.equal((await control.faults.arm({ kind: 'reset' })).id, 'fault-1')
      await control.faults.clear()
      t.strictSame(await control.faults.list(), [])
      await control.faults.arm({ kind: 'reset' })
      await control.reset()
      t.strictSame(await control.faults.list(), [], 'the default scenario has none')
    })

    t.test('outcomes of uploads are armed, listed, disarmed and cleared', async (t) => {
      const control = await start(t)
      const definition = { id: 'next', fileName: 'a-*.csv', times: 1, status: 'processed' } as const
      t.strictSame(await control.uploads.arm(definition), { id: 'next', definition, used: 0 })
      t.strictSame(await control.uploads.list(), [{ id: 'next', definition, used: 0 }])
      await t.rejects(control.uploads.arm(definition), { code: 'conflict', path: 'id' })
      await t.rejects(
        control.uploads.arm({ status: 'processed', fileName: '*a*b*c*' }),
        invalid('fileName', 'must have no more than 3 wildcards, * or {n}'),
      )
      await t.rejects(control.uploads.disarm('nope'), missing('There is no outcome "nope"'))
      t.equal(await control.uploads.disarm('next'), undefined)
      await control.uploads.arm({ error: 'x' })
      await control.uploads.clear()
      t.strictSame(await control.uploads.list(), [])
    })

    t.test('tokens are minted, right or with one flaw', async (t) => {
      const control = await start(t)
      const mint = async (spec?: Parameters<typeof control.tokens.mint>[0]) => {
        await control.journal.clear()
        const minted = await control.tokens.mint(spec)
        const [status, body] = await poll(control.url, '12345', minted.access_token)
        const { entries } = await control.journal.find()
        return { minted, status, body, reason: entries[0]?.reason.code }
      }
      const right = await mint({ clientId: 'demo-client' })
      t.match(right.minted, { token_type: 'Bearer', expires_in: 3600, scope: 'rostering' })
      t.strictSame(Object.keys(right.minted), ['access_token', 'token_type', 'expires_in', 'scope'])
      t.equal(right.status, 200)
      const refused: [string, Parameters<typeof control.tokens.mint>[0], number, string][] = [
        ['of no client', undefined, 401, 'token-claims'],
        [
          'with other scopes',
          { clientId: 'demo-client', scopes: ['a', 'b'] },
          403,
          'scope-missing',
        ],
        [
          'with another claim in place',
          { clientId: 'demo-client', claims: { scope: ['rostering'] } },
          403,
          'scope-missing',
        ],
        ...(
          [
            ['expired', 'token-expired'],
            ['not-yet-valid', 'token-not-yet-valid'],
            ['wrong-signature', 'token-signature'],
            ['wrong-key', 'token-signature'],
            ['wrong-issuer', 'token-issuer'],
            ['wrong-audience', 'token-audience'],
            ['unsigned', 'token-algorithm'],
            ['malformed', 'token-malformed'],
          ] as const
        ).map(([flaw, reason]) => [flaw, { clientId: 'demo-client', flaw }, 401, reason] as never),
      ]
      for (const [name, spec, status, reason] of refused) {
        await t.test(`a token ${name}`, async (t) => {
          const { minted: _, ...told } = await mint(spec)
          const body = status === 401 ? 'Access Denied' : '{"message":"Insufficient scope"}'
          t.strictSame(told, { status, body, reason })
        })
      }
      const short = await mint({ clientId: 'demo-client', lifetime: 1 })
      await control.clock.advance('2s')
      t.equal((await poll(control.url, '12345', short.minted.access_token))[0], 401)
      await t.rejects(
        control.tokens.mint({ clientId: 'nobody' }),
        missing('There is no client "nobody"'),
      )
    })

    t.test('a workspace goes back to its savepoints', async (t) => {
      const control = await start(t)
      const token = await requestToken(control.url)
      await control.clock.freeze()
      await control.imports.put('a', {
        timeline: [{ status: 'pending' }, { afterPolls: 1, error: 'B' }],
      })
      t.strictSame(await control.savepoints.list(), [])
      const saved = await control.savepoints.save('before')
      t.match(saved, { name: 'before', now: (await control.clock.get()).now, bytes: Number })
      await poll(control.url, 'a', token)
      await control.clients.delete('unscoped-client')
      await control.savepoints.save('later')
      t.strictSame(
        (await control.savepoints.list()).map(({ name }) => name),
        ['before', 'later'],
      )

      await control.savepoints.restore('before')
      t.equal((await control.imports.get('a')).polls, 0)
      t.equal((await control.clients.get('unscoped-client')).clientId, 'unscoped-client')
      await control.savepoints.restore('later')
      t.equal((await control.imports.get('a')).polls, 1)

      await control.reset()
      await t.rejects(control.imports.get('a'), missing('There is no import "a"'))
      await control.savepoints.restore('later')
      t.equal((await control.journal.find()).entries.length, 2, 'the journal is part of it')
      await control.savepoints.delete('later')
      await t.rejects(
        control.savepoints.restore('befor'),
        missing('There is no savepoint "befor"; did you mean "before"?'),
      )
      await t.rejects(control.savepoints.delete('later'), missing('There is no savepoint "later"'))
      await t.rejects(
        control.savepoints.save('a b'),
        invalid('id', 'must have 1 to 64 letters, digits, dots or dashes'),
      )
      t.strictSame(
        await control.workspace('other').savepoints.list(),
        [],
        'each workspace has its own',
      )
    })

    t.test('the result file of an import is read without a request', async (t) => {
      const control = await start(t)
      const head = 'status,errorType,errorCode,errorMessage'
      t.equal(await control.imports.result('12345'), `${head}\n${'processed,,,\n'.repeat(2)}`)
      t.equal((await control.journal.count()).count, 0)
      const pending = missing('The import is pending: it has no result file yet')
      await t.rejects(control.imports.result('slow'), pending)
      await t.rejects(
        control.imports.result('server-error'),
        missing('Storage bucket is unavailable'),
      )
      await t.rejects(control.imports.result('none'), { code: 'not_found' })
    })

    t.test('removals are undone, and changes since the load are named', async (t) => {
      const control = await start(t)
      await control.clock.freeze()
      const token = await requestToken(control.url)
      await poll(control.url, 'slow', token)
      await control.faults.arm({ id: 'f', kind: 'reset', times: 1, operation: 'jwks' })
      await control.uploads.arm({ id: 'o', error: 'No' })
      await control.savepoints.save('s')
      const all = async () =>
        Promise.all([
          control.imports.get('slow'),
          control.clients.get('demo-client'),
          control.faults.list(),
          control.uploads.list(),
          control.savepoints.list(),
          control.journal.count(),
        ])
      const before = await all()
      const removing = [
        () => control.imports.delete('slow'),
        () => control.clients.delete('demo-client'),
        () => control.faults.disarm('f'),
        () => control.uploads.disarm('o'),
        () => control.savepoints.delete('s'),
        () => control.journal.clear(),
        () => control.faults.clear(),
        () => control.uploads.clear(),
      ]
      for (const remove of removing) await remove()
      const removals = await control.removals.list()
      t.strictSame(
        removals.map(({ what, name }) => [what, name]),
        [
          ['import', 'slow'],
          ['client', 'demo-client'],
          ['fault', 'f'],
          ['outcome', 'o'],
          ['savepoint', 's'],
          ['journal', null],
          ['faults', null],
          ['outcomes', null],
        ],
      )
      t.match(await control.scenario.changes(), [
        { part: 'clients', id: 'demo-client', change: 'removed' },
        { part: 'imports', id: 'slow', change: 'removed' },
      ])
      for (const { id } of removals.toReversed()) await control.removals.undo(id)
      t.strictSame(await all(), before)
      t.match(await control.scenario.changes(), [
        { part: 'faults', id: 'f', change: 'added' },
        { part: 'uploads', id: 'o', change: 'added' },
      ])
      await control.imports.delete('slow')
      const [removal] = await control.removals.list()
      await control.imports.put('slow', { status: 'pending' })
      await t.rejects(control.removals.undo(removal?.id ?? ''), {
        code: 'conflict',
        message: 'The import "slow" changed after the removal, so nothing is put back',
      })
      await control.reset()
      await t.rejects(control.removals.undo('removal-9'), { code: 'not_found' })
    })

    t.test('a state is exported, and imported elsewhere', async (t) => {
      const control = await start(t)
      const token = await requestToken(control.url)
      await control.imports.put('a', {
        progress: { lines: 10, duration: '10s', outcome: 'processed' },
      })
      await poll(control.url, 'a', token)
      await control.faults.arm({ kind: 'status', status: 503, operation: 'token' })
      const state = await control.state.export()
      t.match(state, { format: 'tao-upload-emulator state', version: 1 })
      t.notMatch(JSON.stringify(state), token, 'no token of it can be used')

      const other = control.workspace('other')
      await other.state.import(JSON.parse(JSON.stringify(state)))
      t.match(await other.imports.get('a'), { polls: 1 })
      t.strictSame(await other.journal.find(), await control.journal.find())
      t.strictSame((await other.faults.list()).length, 1)
      await other.reset()
      await t.rejects(other.imports.get('a'), missing('There is no import "a"'))
      t.equal((await other.imports.get('12345')).referenceId, '12345', 'its scenario came with it')

      const before = await control.state.export()
      const cases: [document: unknown, path: string, message: RegExp][] = [
        [{}, 'format', /: must be "tao-upload-emulator state"/],
        [{ ...state, version: 2 }, 'version', /: is 2: this version of the emulator reads only 1$/],
        [
          { ...state, changes: {} },
          'changes.clock',
          /: is required\nchanges\.service: is required/,
        ],
        [{ ...state, more: 1 }, 'more', /: unknown field/],
        [null, 'format', /: must be/],
        [
          changed(state, { clock: { now: 1e300, isFrozen: true, aheadMs: 0 } }),
          'changes.clock.now',
          /: must be at most the end of the year 9999$/,
        ],
        [
          changed(state, {
            journal: { lastId: 2 ** 53 - 1, clearedId: 0, evictedId: 0, records: [], bytes: [] },
          }),
          'changes.journal.lastId',
          /: must be a whole number from 0 to 1000000000000$/,
        ],
        [
          changed(state, {
            faults: {
              scenario: [],
              ofScenario: [],
              armed: [{ id: 'x', state: { matched: 0, applied: 0, random: [1, 2, 3, 4] } }],
            },
          }),
          'changes.faults',
          /: "x" is armed, and has no definition$/,
        ],
      ]
      for (const [document, path, message] of cases) {
        await t.rejects(control.state.import(document as typeof state), invalid(path, message))
      }
      const { changes } = await control.state.export()
      t.match({ ...(changes as object), clock: {} }, { ...(before.changes as object), clock: {} })
    })

    t.test('a workspace starts with the state of another one', async (t) => {
      const control = await start(t)
      await control.imports.put('a', { status: 'pending' })
      const one = control.workspace('one')
      await control.workspaces.fork('one')
      await one.imports.put('b', { status: 'failed' })
      await one.workspaces.fork('two')
      const two = control.workspace('two')
      t.equal(((await two.imports.get('a')).state as ImportResult).status, 'pending')
      t.equal(((await two.imports.get('b')).state as ImportResult).status, 'failed')
      await t.rejects(control.imports.get('b'), missing('There is no import "b"'))
      await t.rejects(control.workspaces.fork('two'), {
        code: 'conflict',
        message: 'The workspace "two" exists already: delete it first, or fork into another one',
      })
      await t.rejects(control.workspaces.fork('a b'), invalid('id', /^must have 1 to 64 letters/))
      t.strictSame(await control.workspaces.list(), ['one', 'two'])
    })

    t.test('a workspace is a state of its own', async (t) => {
      const control = await start(t)
      const one = control.workspace('one')
      const two = control.workspace('two')
      t.equal(one.url, `${control.url}/w/one`)
      await one.imports.put('only-in-one', { status: 'pending' })
      await one.clock.set('2030-01-01T00:00:00Z')
      await one.clients.put('one-client', { clientSecret: 'hush', scopes: ['rostering'] })

      const tokens = {
        byUrl: await requestToken(one.url),
        byClient: await requestToken(control.url, 'demo-client@one'),
        ofTwo: await requestToken(two.url),
        ofOnly: await requestToken(one.url, 'one-client', 'hush'),
        minted: (await one.tokens.mint({ clientId: 'demo-client' })).access_token,
        mintedHere: (await control.tokens.mint({ clientId: 'demo-client@one' })).access_token,
      }
      const polls: [string, url: string, token: string, id: string, status: number][] = [
        ['the path leads there', one.url, tokens.byUrl, 'only-in-one', 200],
        ['the client id leads there', control.url, tokens.byClient, 'only-in-one', 200],
        ['a token minted there leads there', control.url, tokens.minted, 'only-in-one', 200],
        ['and one minted for there', control.url, tokens.mintedHere, 'only-in-one', 200],
        ['another workspace does not see it', two.url, tokens.ofTwo, 'only-in-one', 404],
        ['nor does the main one', control.url, tokens.ofTwo, 'only-in-one', 404],
        ['each has its own clock', two.url, tokens.byUrl, '12345', 401],
        ['a token of a client that is only there', two.url, tokens.ofOnly, '12345', 401],
      ]
      for (const [name, url, token, id, status] of polls) {
        t.equal((await poll(url, id, token))[0], status, name)
      }
      t.equal((await two.journal.count({ referenceId: 'only-in-one' })).count, 1)
      t.equal((await one.journal.count({ client: 'demo-client', operation: 'status' })).count, 4)
      t.equal((await control.journal.count({ operation: 'status' })).count, 1)
      t.strictSame(await control.workspaces.list(), ['one', 'two'])

      await two.reset()
      t.equal((await one.journal.count({ operation: 'status' })).count, 4, 'the reset of another')
      await control.workspaces.delete('one')
      t.strictSame(await control.workspaces.list(), ['two'])
      await t.rejects(control.workspaces.delete('one'), missing('There is no workspace "one"'))
      await t.rejects(one.imports.get('only-in-one'), missing('There is no import "only-in-one"'))
      t.throws(() => control.workspace('no/name'), { code: 'invalid_input', path: 'workspace' })
    })

    t.test('a reset brings everything back to the fixtures', async (t) => {
      const control = await start(t)
      const token = await requestToken(control.url)
      const before = [await control.imports.list(), await control.clients.list()]
      await poll(control.url, 'processed-1', token)
      await control.imports.put('new', { error: 'No' })
      await control.imports.delete('12345')
      await control.clients.delete('demo-client')
      await control.clock.freeze()
      await control.reset()
      t.strictSame([await control.imports.list(), await control.clients.list()], before)
      t.strictSame(await control.journal.find(), { entries: [], dropped: 0, complete: true })
      t.equal((await control.clock.get()).frozen, false)
    })

    t.test('health has the version and the number of imports', async (t) => {
      const control = await start(t)
      t.match(await control.health(), { status: 'ok', version: /^\d+\.\d+\.\d+/, imports: 14 })
    })

    t.test('bad input is refused with its path, and changes nothing', async (t) => {
      const control = await start(t)
      const before = await control.imports.list()
      const any = control as unknown as Record<
        string,
        Record<string, (...args: unknown[]) => Promise<unknown>>
      >
      const bad: [string, noun: string, verb: string, args: unknown[], expected: object][] = [
        [
          'no definition',
          'imports',
          'put',
          ['a', null],
          invalid('definition', 'must be a mapping'),
        ],
        [
          'a number that JSON does not have',
          'imports',
          'put',
          ['a', { status: 'pending', fileLine: 1n }],
          invalid(undefined, /^cannot be written as JSON: Do not know how to serialize a BigInt/),
        ],
        ['a list', 'imports', 'put', ['a', []], invalid('definition', 'must be a mapping')],
        [
          'several mistakes',
          'imports',
          'put',
          ['a', { status: 'done', fileLine: -1 }],
          invalid(
            'status',
            'must be processed, pending, processing or failed; fileLine: must be a whole number from 0 to 1000000000',
          ),
        ],
        [
          'another id',
          'imports',
          'put',
          ['a', { referenceId: 'b', error: 'x' }],
          invalid('referenceId', 'is not the id of the path'),
        ],
        [
          'an impossible id',
          'imports',
          'put',
          ['a\u0000', { error: 'x' }],
          invalid('referenceId', /characters/),
        ],
        [
          'an unknown field',
          'imports',
          'put',
          ['a', { error: 'x', eror: 'y' }],
          invalid('eror', 'unknown field; did you mean error?'),
        ],
        [
          'a secret of the wrong type',
          'clients',
          'put',
          ['a', { clientSecret: 5 }],
          invalid('clientSecret', 'must be a string: quote it'),
        ],
        [
          'a kind of import that there is not',
          'imports',
          'list',
          [{ status: 'eror' }],
          invalid('status', /did you mean error\?/),
        ],
        ['a page of nothing', 'imports', 'list', [{ limit: 0 }], invalid('limit', /from 1/)],
        ['a count by page', 'imports', 'count', [{ limit: 5 }], invalid('limit', /^unknown field/)],
        ...[
          'tomorrow',
          '2026-02-30T12:00:00Z',
          '2026-13-01T12:00:00Z',
          '2026-01-31T25:00:00Z',
          '2026-01-31T12:00:00',
          '2026-01-31T12Z',
          '2026-01-31',
          '1969-12-31T23:59:59.999Z',
          '9999-12-31T23:59:59-00:01',
          '+010000-01-01T00:00:00Z',
        ].map((at): [string, string, string, unknown[], object] => [
          `${at} as an instant`,
          'clock',
          'set',
          [at],
          invalid('at', 'must be an instant like 2026-01-31T12:00:00Z'),
        ]),
        [
          'a duration without a unit',
          'clock',
          'advance',
          ['5'],
          invalid('by', /^must be a duration/),
        ],
        [
          'no time as a duration',
          'clock',
          'advance',
          [0],
          invalid('by', 'must be longer than zero'),
        ],
        [
          'a date that is none',
          'clock',
          'set',
          [new Date(Number.NaN)],
          invalid('at', /^must be an instant/),
        ],
        [
          'an endless duration',
          'clock',
          'advance',
          ['100000000d'],
          invalid('by', 'must be at most 36500d'),
        ],
        [
          'claims that are nested too deep',
          'tokens',
          'mint',
          [{ claims: { a: JSON.parse(`${'['.repeat(200)}${']'.repeat(200)}`) } }],
          invalid('claims', 'must be nested at most 100 levels deep, without cycles'),
        ],
        [
          'an unknown filter',
          'journal',
          'find',
          [{ referenceID: 'a' }],
          invalid('referenceID', 'unknown field; did you mean referenceId?'),
        ],
        [
          'an unknown operation',
          'journal',
          'count',
          [{ operation: 'stat' }],
          invalid('operation', /did you mean status\?/),
        ],
        [
          'a status that is none',
          'journal',
          'count',
          [{ status: 99 }],
          invalid('status', /from 100 to 599/),
        ],
        [
          'a wait for nothing',
          'journal',
          'waitFor',
          [{}, { count: 0 }],
          invalid('count', /from 1/),
        ],
        [
          'a count in place of options',
          'journal',
          'waitFor',
          [{}, 2],
          invalid('options', /^must be an object/),
        ],
        [
          'an unknown option',
          'journal',
          'waitFor',
          [{}, { tiemout: '5s' }],
          invalid('tiemout', 'unknown field; did you mean timeout?'),
        ],
        [
          'a wait without a unit',
          'journal',
          'waitFor',
          [{}, { timeout: '5' }],
          invalid('timeout', /^must be a duration/),
        ],
        [
          'an unknown flaw',
          'tokens',
          'mint',
          [{ flaw: 'expird' }],
          invalid('flaw', /did you mean expired\?/),
        ],
      ]
      for (const [name, noun, verb, args, expected] of bad) {
        await t.test(name, async (t) => {
          await t.rejects(any[noun]?.[verb]?.(...args) as Promise<unknown>, expected as Error)
        })
      }
      t.strictSame(await control.imports.list(), before)
    })

    t.test('ids of any kind are ids', async (t) => {
      const control = await start(t)
      for (const id of [
        '__proto__',
        'constructor',
        'a/b',
        '..%2F',
        '?q=1#x',
        '💥',
        ' ',
        '%zz',
        'null',
      ]) {
        await control.imports.put(id, { error: `error of ${id}` })
        t.match(await control.imports.get(id), {
          referenceId: id,
          state: { error: `error of ${id}` },
        })
        await control.imports.delete(id)
        await t.rejects(control.imports.get(id), { code: 'not_found' })
      }
    })
  })
}
