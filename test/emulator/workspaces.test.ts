import t from 'tap'
import { parse } from '../../src/domain/control/routes.js'
import { scenarioSchema } from '../../src/domain/fixture.js'
import { Emulator } from '../../src/emulator/emulator.js'
import { Workspaces } from '../../src/emulator/kept-workspaces.js'
import { loadScenario } from '../../src/emulator/loaded-scenario.js'
import { ResultStore } from '../../src/emulator/roster/result-store.js'
import { Workspace } from '../../src/emulator/workspace.js'
import { buildApp } from '../support.js'

const seed = loadScenario({ clients: [], imports: [], faults: [], uploads: [], service: {} })
const settings = { journalSize: 1, randomSeed: 1, rowsPerSecond: 0, results: new ResultStore(1) }

/** Two workspaces at the most, and a clock that the test sets. */
function twoWorkspaces() {
  const clock = { now: 0 }
  const create = (name: string) => new Workspace(name, seed, settings)
  const workspaces = new Workspaces(2, create, () => clock.now)
  const evicted: string[] = []
  workspaces.onEvicted = (name) => evicted.push(name)
  const use = (name: string) => workspaces.keep(name, workspaces.find(name))
  return { workspaces, clock, evicted, use }
}

t.test('the workspace unused for longest makes room', async (t) => {
  const { workspaces, clock, evicted, use } = twoWorkspaces()
  for (const name of ['a', 'b', 'a']) use(name)
  clock.now = 60_000
  use('c')
  t.strictSame(workspaces.names(), ['a', 'c'])
  t.strictSame(evicted, ['b'])
})

t.test('a workspace that was used within the last minute stays', async (t) => {
  const { workspaces, clock, evicted, use } = twoWorkspaces()
  use('a')
  use('b')
  clock.now = 59_999
  t.throws(() => use('c'), { code: 'conflict', path: 'workspace' })
  t.strictSame(workspaces.names(), ['a', 'b'])
  t.strictSame(evicted, [])
})

t.test('a workspace that is found is kept only when it is asked for', async (t) => {
  const { workspaces } = twoWorkspaces()
  const [first, second] = [workspaces.find('a'), workspaces.find('a')]
  t.not(first, second)
  t.notOk(workspaces.isKept(first))
  t.equal(workspaces.keep('a', first), first)
  t.equal(workspaces.keep('a', second), first, 'the first one that was kept stays')
  t.equal(workspaces.find('a'), first)
  t.ok(workspaces.isKept(first))
  t.notOk(workspaces.isKept(second))
})

t.test('nobody has to listen for what is evicted', async (t) => {
  let now = 0
  const create = (name: string) => new Workspace(name, seed, settings)
  const workspaces = new Workspaces(1, create, () => now)
  workspaces.keep('a', workspaces.find('a'))
  now = 60_000
  workspaces.keep('b', workspaces.find('b'))
  t.strictSame(workspaces.names(), ['b'])
})

t.test('a wait for requests to a new workspace keeps that workspace', async (t) => {
  const { app, emulator } = await buildApp(t)
  const response = await app.inject('/w/new/__control/journal/wait?count=1&timeout=1ms')
  t.equal(response.statusCode, 200)
  t.strictSame(emulator.workspaces.names(), ['new'])
})

t.test('a workspace with a scenario of its own keeps it over edits and a reset', async (t) => {
  const scenarioOf = (referenceId: string) =>
    parse(scenarioSchema, { imports: [{ referenceId, status: 'pending' }] })
  const emulator = await Emulator.create({ fixtures: [scenarioOf('first')] })
  const own = emulator.workspace('own')
  const idsIn = ({ imports }: Workspace) => imports.list().map(({ referenceId }) => referenceId)
  own.clock.freeze()
  own.imports.put('put', { status: 'failed' })
  t.notOk(own.hasOwnScenario)
  const scenario = loadScenario(scenarioOf('own'))
  own.replaceScenario(scenario)
  t.ok(own.hasOwnScenario)
  t.equal(own.scenario, scenario)
  t.strictSame(idsIn(own), ['own'], 'what was put is gone')
  t.ok(own.clock.isFrozen, 'the clock stays')

  emulator.load(scenarioOf('edited'))
  t.strictSame(idsIn(emulator.main), ['edited'])
  t.strictSame([...emulator.main.scenario.imports.ids()], ['edited'])
  t.strictSame(idsIn(own), ['own'])
  own.imports.put('put', { status: 'failed' })
  own.reset()
  t.strictSame(idsIn(own), ['own'])
})
