import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { Scenario } from '../../src/domain/fixture.js'
import { createWatchingEmulator } from '../../src/emulator/emulator.js'
import type { FixtureSource } from '../../src/emulator/fixtures/load-fixtures.js'

const scenario = (fileLine: number) =>
  `imports: [{ referenceId: a, status: pending, fileLine: ${fileLine} }]\n`

/** An emulator that watches, and what it reported: each event is waited for. */
async function watch(t: Test, fixtures: readonly FixtureSource[], environment = {}) {
  const events: (Scenario | string[])[] = []
  let wake = () => {}
  const report = (event: Scenario | string[]) => {
    events.push(event)
    wake()
  }
  const { emulator, stop } = await createWatchingEmulator(
    { fixtures, environment },
    {
      onLoaded: report,
      onMistakes: (mistakes) => report(mistakes.map(({ message }) => message)),
    },
  )
  // Watching alone keeps no process alive; a server does.
  const alive = setInterval(() => {}, 1000)
  t.teardown(() => {
    clearInterval(alive)
    stop()
  })
  const next = async () => {
    if (events.length === 0)
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    return events.shift() as Scenario | string[]
  }
  return { emulator, next, events, stop }
}

t.test('an edit is loaded when it is saved', async (t) => {
  const edits: [string, (folder: string) => Promise<void>][] = [
    ['a file written in place', (folder) => writeFile(join(folder, 'a.yaml'), scenario(2))],
    [
      'a file replaced by renaming',
      async (folder) => {
        await writeFile(join(folder, 'a.yaml~'), scenario(2))
        await rename(join(folder, 'a.yaml~'), join(folder, 'a.yaml'))
      },
    ],
    [
      'a file removed and another one added',
      async (folder) => {
        await rm(join(folder, 'a.yaml'))
        await writeFile(join(folder, 'b.yaml'), scenario(2))
      },
    ],
    [
      'several quick saves',
      async (folder) => {
        for (const fileLine of [7, 8, 9, 2])
          await writeFile(join(folder, 'a.yaml'), scenario(fileLine))
      },
    ],
  ]
  for (const [name, edit] of edits) {
    t.test(name, async (t) => {
      const folder = t.testdir({ 'a.yaml': scenario(1) })
      const { emulator, next } = await watch(t, [folder])
      t.equal(emulator.main.imports.poll('a').fileLine, 1)
      await edit(folder)
      while (emulator.main.imports.poll('a').fileLine !== 2) await next()
      t.pass('the edit holds')
    })
  }

  t.test('a single file', async (t) => {
    const file = join(t.testdir({ 'a.yaml': scenario(1) }), 'a.yaml')
    const { emulator, next } = await watch(t, [file])
    await writeFile(file, scenario(2))
    await next()
    t.equal(emulator.main.imports.poll('a').fileLine, 2)
  })

  t.test('a link swapped as Kubernetes swaps a ConfigMap', async (t) => {
    const folder = t.testdir({
      '..1': { 'a.yaml': scenario(1) },
      '..2': { 'a.yaml': scenario(2) },
      '..data': t.fixture('symlink', '..1'),
      'a.yaml': t.fixture('symlink', '..data/a.yaml'),
    })
    const { emulator, next } = await watch(t, [folder])
    t.equal(emulator.main.imports.poll('a').fileLine, 1)
    await symlink('..2', join(folder, '..data_tmp'))
    await rename(join(folder, '..data_tmp'), join(folder, '..data'))
    await next()
    t.equal(emulator.main.imports.poll('a').fileLine, 2)
  })
})

t.test('a broken edit keeps the last good scenario, and its mistakes are reported', async (t) => {
  const folder = t.testdir({
    'a.yaml':
      'imports: [{ referenceId: a, timeline: [{ status: pending }, { afterPolls: 1, status: failed }] }]',
  })
  const { emulator, next } = await watch(t, [folder, { clients: [] }])
  emulator.main.imports.poll('a')

  await writeFile(join(folder, 'a.yaml'), 'imports: [{ referenceId: a, status: done }]\n')
  t.strictSame(await next(), ['must be processed, pending, processing or failed'])
  t.equal(emulator.main.imports.poll('a').status, 'failed', 'it goes on')

  await rm(join(folder, 'a.yaml'))
  t.strictSame(await next(), ['the folder holds no .yaml, .yml or .json file'])

  await mkdir(join(folder, 'a.yaml'))
  t.match(await next(), [/is a folder/])

  await rm(join(folder, 'a.yaml'), { recursive: true })
  await writeFile(join(folder, 'a.yaml'), scenario(2))
  while (emulator.main.imports.poll('a').fileLine !== 2) await next()
  t.pass('mended, it is loaded')
})

t.test('whatever fails while an edit is loaded changes nothing', async (t) => {
  const file = join(t.testdir({ 'a.yaml': scenario(1) }), 'a.yaml')
  const { emulator, next } = await watch(t, [file])
  emulator.load = () => {
    throw new Error('out of luck')
  }
  await writeFile(file, scenario(2))
  t.strictSame(await next(), ['Error: out of luck'])
  t.equal(emulator.main.imports.poll('a').fileLine, 1)
})

t.test('an edit takes placeholders from the same environment', async (t) => {
  const file = join(t.testdir({ 'a.yaml': scenario(1) }), 'a.yaml')
  const { emulator, next } = await watch(t, [file], { WHY: 'No space' })
  await writeFile(file, 'imports: [{ referenceId: a, error: "${WHY}" }]\n')
  t.match(await next(), { imports: [{ error: 'No space' }] })
  t.match(emulator.main.imports.get('a'), { definition: { error: 'No space' } })
  await writeFile(file, 'imports: [{ referenceId: a, error: "${WHERE}" }]\n')
  t.match(await next(), [/^The environment variable WHERE is not set/])
})
