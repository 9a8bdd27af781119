import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { lockFile } from '../../src/emulator/state/file-lock.js'
import { stateFileText } from '../../src/emulator/state/state-file.js'
import { reserveStateFile } from '../../src/emulator/state/state-saver.js'

function createLogger() {
  const lines: [level: string, fields: object, message: string][] = []
  const add = (level: string) => (fields: object, message: string) =>
    lines.push([level, fields, message])
  return {
    lines,
    logger: {
      info: add('info'),
      warn: add('warn'),
      error: add('error'),
      isLevelEnabled: () => true,
    },
  }
}

/** A state whose text is the number of its changes. */
function createState() {
  const changes = { count: 0 }
  return { changes, text: () => `${changes.count}` }
}

async function saverFor(t: Test, path: string) {
  const { logger, lines } = createLogger()
  const saver = await reserveStateFile(path, logger, 1)
  t.teardown(() => saver.stop())
  return { saver, lines }
}

const textWhen = async (path: string, text: string) => {
  while (!existsSync(path) || readFileSync(path, 'utf8') !== text) await wait(1)
}

t.test('a state is saved after it changed, and at the end', async (t) => {
  const path = join(t.testdir(), 'state.json')
  const { saver, lines } = await saverFor(t, path)
  const state = createState()
  saver.start(state)
  await wait(20)
  t.notOk(existsSync(path), 'nothing is written before a change')
  state.changes.count = 1
  await textWhen(path, '1')
  t.equal(statSync(path).mode & 0o777, 0o600, 'only its owner may read it')
  state.changes.count = 2
  await saver.stop()
  t.equal(readFileSync(path, 'utf8'), '2')
  t.notOk(existsSync(`${path}.lock`))
  t.notOk(existsSync(`${path}.part`))
  t.strictSame(lines, [])
})

t.test(
  'a link to a state file stays a link, and what a killed process left is replaced',
  async (t) => {
    const folder = t.testdir({ real: { 'state.json': 'old', 'state.json.part': 'half' } })
    const path = join(folder, 'state.json')
    symlinkSync(join(folder, 'real/state.json'), path)
    const { saver } = await saverFor(t, path)
    const state = createState()
    saver.start(state)
    state.changes.count = 1
    await saver.stop()
    t.equal(readFileSync(join(folder, 'real/state.json'), 'utf8'), '1')
  },
)

t.test(
  'a file that cannot be written costs one log line, and the next that can another',
  async (t) => {
    const folder = t.testdir({})
    const path = join(folder, 'state.json')
    const { saver, lines } = await saverFor(t, path)
    const state = createState()
    // A folder in its place cannot be replaced by a file, whoever the user is.
    mkdirSync(join(path, 'a'), { recursive: true })
    saver.start(state)
    state.changes.count = 1
    while (lines.length < 1) await wait(1)
    state.changes.count = 2
    await wait(20)
    t.match(lines, [
      [
        'error',
        { event: 'state-not-saved', path },
        /^The state is not saved, and the emulator goes on: /,
      ],
    ])
    t.equal(lines.length, 1)
    const { rmSync } = await import('node:fs')
    rmSync(path, { recursive: true })
    await textWhen(path, '2')
    while (lines.length < 2) await wait(1)
    t.match(lines[1], ['info', { event: 'state-saved' }, 'The state is saved again'])
  },
)

t.test('without a folder for it, a state file is refused', async (t) => {
  const path = join(t.testdir(), 'none/state.json')
  await t.rejects(reserveStateFile(path, createLogger().logger), {
    name: 'InputError',
    message: `${path}: its folder does not exist: create it`,
  })
})

t.test('where no lock can be written, a log line says so', async (t) => {
  // A folder that is none: nobody can write there, whoever the user is.
  const { saver, lines } = await saverFor(t, '/dev/null/state.json')
  const state = createState()
  saver.start(state)
  state.changes.count = 1
  await saver.stop()
  t.match(lines, [['error', { event: 'state-not-saved' }, /ENOTDIR/]])
  t.equal(lines.length, 1)
})

t.test('a file has one owner', async (t) => {
  const folder = t.testdir()
  const path = join(folder, 'state.json')
  const lockPath = `${path}.lock`
  const owner = (fields: object) =>
    writeFileSync(lockPath, JSON.stringify({ id: 'x', host: hostname(), pid: 2 ** 30, ...fields }))

  t.test('within a process', async (t) => {
    const { saver } = await saverFor(t, path)
    await t.rejects(reserveStateFile(path, createLogger().logger), {
      message: `${path}: is in use by another emulator (process ${process.pid}). Stop it, or name another file`,
    })
    await saver.stop()
    const { saver: next } = await saverFor(t, path)
    await next.stop()
    t.notOk(existsSync(lockPath))
  })
  const free: [name: string, prepare: () => void][] = [
    ['of a process that was killed', () => owner({})],
    [
      'of a container that was started again, where ids of processes repeat',
      () => owner({ pid: process.pid }),
    ],
    ['of another host that no longer touches it', () => owner({ host: 'other' })],
    [
      'of another host, long ago',
      () => {
        owner({ host: 'other' })
        utimesSync(lockPath, 1, 1)
      },
    ],
    ['that its owner had not written yet when it was killed', () => writeFileSync(lockPath, '')],
    ['that holds something else', () => writeFileSync(lockPath, '{}')],
  ]
  for (const [name, prepare] of free) {
    t.test(`a lock ${name} is taken over`, async (t) => {
      prepare()
      const lock = await lockFile(path, 100)
      if ('heldBy' in lock) return t.fail('it is held')
      t.ok(await lock.isHeld())
      await lock.release()
      t.notOk(existsSync(lockPath))
    })
  }
  t.test('a lock that another host touches is held', async (t) => {
    owner({ host: 'other', pid: 7 })
    const touching = setInterval(() => utimesSync(lockPath, new Date(), new Date()), 20)
    t.strictSame(await lockFile(path, 100), { heldBy: 7 })
    clearInterval(touching)
  })
  t.test('a lock that a running process touches is held', async (t) => {
    owner({ pid: 1 })
    const touching = setInterval(() => utimesSync(lockPath, new Date(), new Date()), 20)
    t.strictSame(await lockFile(path, 100), { heldBy: 1 })
    clearInterval(touching)
  })
  t.test('an owner touches its lock', async (t) => {
    const lock = await lockFile(path, 5)
    if ('heldBy' in lock) return t.fail('it is held')
    utimesSync(lockPath, 1, 1)
    while (statSync(lockPath).mtimeMs === 1000) await wait(1)
    await lock.release()
  })
  t.test('an owner whose lock was taken over saves nothing more', async (t) => {
    owner({})
    const { saver, lines } = await saverFor(t, path)
    const state = createState()
    saver.start(state)
    owner({ host: 'other' })
    state.changes.count = 1
    await saver.stop()
    t.notOk(existsSync(path))
    t.match(lines, [['error', {}, new RegExp(`another process took over ${path}$`)]])
    t.ok(existsSync(lockPath), 'the lock of the other stays')
  })
})

t.test('files that are no state of this version are refused, and stay as they are', async (t) => {
  const { readStateFile } = await import('../../src/emulator/state/state-file.js')
  const folder = t.testdir()
  const path = join(folder, 'state.json')
  t.equal(await readStateFile(path), undefined)
  const good = stateFileText({ linkKey: 'YQ==', workspaces: [] })
  const [head = '', body = ''] = good.split('\n')
  const move = '. Move the file away to start without it'
  const cases: [name: string, text: string, message: string][] = [
    ['an empty file', '', 'is no state file of this emulator'],
    ['another file', 'hello\n', 'is no state file of this emulator'],
    ['another JSON file', '{"a":1}\n', 'is no state file of this emulator'],
    [
      'a later version',
      good.replace('"version":1', '"version":2'),
      'is of version 2, and this emulator reads 1',
    ],
    ['half a file', good.slice(0, -4), 'is damaged: its contents do not match its checksum'],
    ['only a head', head, 'is damaged: its contents do not match its checksum'],
    ['an edit', good.replace('YQ==', 'Yg=='), 'is damaged: its contents do not match its checksum'],
    [
      'a field that is missing',
      stateFileText({ workspaces: [] } as never),
      'is damaged: linkKey: is required',
    ],
    [
      'a workspace that is none',
      stateFileText({ linkKey: 'YQ==', workspaces: [{ name: 7 } as never] }),
      'is damaged: workspaces[0].name: must be a string: quote it',
    ],
  ]
  t.match(body, /^\{"linkKey"/)
  for (const [name, text, message] of cases) {
    writeFileSync(path, text)
    await t.rejects(readStateFile(path), { message: `${path}: ${message}${move}` }, name)
    t.equal(readFileSync(path, 'utf8'), text)
  }
  writeFileSync(path, good)
  t.strictSame(await readStateFile(path), { linkKey: 'YQ==', workspaces: [] })
  chmodSync(path, 0o600)
  await t.rejects(readStateFile(folder), { message: `${folder}: is a folder` })
})
