import { execFile } from 'node:child_process'
import { copyFileSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { plainEnvironment, unfollowed } from './support.js'

const run = promisify(execFile)
const root = new URL('..', import.meta.url).pathname

/** Files of a project that is not an ES module, as most with Jest are. */
const files: Record<string, string> = {
  'package.json': '{ "private": true }',
  'jest/commonjs.test.js': `
    const { startEmulator } = require('tao-upload-emulator')
    const { connectEmulator } = require('tao-upload-emulator/client')
    const { journey } = require('../journey.cjs')
    test('serves', async () => expect(await journey(startEmulator)).toEqual([200, 200]))
    test('is one state', () => expect(typeof connectEmulator).toBe('function'))`,
  'jest/babel.test.js': `
    import { startEmulator } from 'tao-upload-emulator'
    import { journey } from '../journey.cjs'
    test('serves', async () => expect(await journey(startEmulator)).toEqual([200, 200]))`,
  'jest/fakes-before.test.js': `
    jest.useFakeTimers()
    const { startEmulator } = require('tao-upload-emulator')
    const { journey } = require('../journey.cjs')
    test('serves', async () => expect(await journey(startEmulator)).toEqual([200, 200]))`,
  'jest/fakes-after.test.js': `
    const { startEmulator } = require('tao-upload-emulator')
    const { journey } = require('../journey.cjs')
    test('serves', async () => {
      const started = async () => {
        const emulator = await startEmulator()
        jest.useFakeTimers({ now: 0 })
        return emulator
      }
      expect(await journey(started)).toEqual([200, 200])
    })`,
  'jest/jsdom.test.js': `
    /** @jest-environment jsdom */
    const { startEmulator } = require('tao-upload-emulator')
    const { journey } = require('../journey.cjs')
    test('serves', async () => expect(await journey(startEmulator)).toEqual([200, 200]))`,
  'vitest/fakes.test.mjs': `
    import { expect, test, vi } from 'vitest'
    import { startEmulator } from 'tao-upload-emulator'
    import { journey } from '../journey.cjs'
    const toFake = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'setImmediate', 'clearImmediate', 'Date', 'performance', 'queueMicrotask']
    test('before', async () => {
      vi.useFakeTimers({ toFake, now: 0 })
      expect(await journey(startEmulator)).toEqual([200, 200])
      vi.useRealTimers()
    })
    test('after', async () => {
      const started = async () => {
        const emulator = await startEmulator()
        vi.useFakeTimers({ toFake })
        return emulator
      }
      expect(await journey(started)).toEqual([200, 200])
    })`,
  'vitest/jsdom.test.mjs': `
    // @vitest-environment jsdom
    import { expect, test } from 'vitest'
    import { startEmulator } from 'tao-upload-emulator'
    import { journey } from '../journey.cjs'
    test('serves', async () => expect(await journey(startEmulator)).toEqual([200, 200]))`,
  'types/commonjs.cts': `
    import tao = require('tao-upload-emulator')
    import client = require('tao-upload-emulator/client')
    const options: tao.EmulatorOptions = { port: undefined, logLevel: undefined, fixtures: { imports: null } }
    export const started: Promise<tao.RunningEmulator> = tao.startEmulator(options)
    export const control: client.EmulatorControl = client.connectEmulator('http://a', { controlToken: undefined })`,
  'types/module.mts': `
    import { connectEmulator, startEmulator, type EmulatorControl, type RunningEmulator } from 'tao-upload-emulator'
    export async function use(): Promise<string> {
      await using emulator: RunningEmulator = await startEmulator({ fixtures: { imports: [{ referenceId: 'a', status: 'pending' }] } })
      const control: EmulatorControl = connectEmulator(emulator.url)
      await control.service.set({ rowErrors: 'report' })
      const { entries } = await control.journal.find({ operation: 'status' })
      return entries[0]?.reason.code ?? emulator.url
    }`,
}

t.test('the packed package works in projects as people have them', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'tao-upload-emulator-projects-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  const env = { ...plainEnvironment, NO_COLOR: '1' }
  const plain = (program: string, ...args: string[]) =>
    run(...unfollowed(program, ...args), { cwd: folder, env })
  const packed = await run(
    ...unfollowed('npm', 'pack', '--json', '--ignore-scripts', '--pack-destination', folder),
    { cwd: root, env },
  )
  const [{ filename }] = Object.values(JSON.parse(packed.stdout)) as [{ filename: string }]

  for (const [name, text] of Object.entries(files)) {
    await run('mkdir', ['-p', join(folder, name, '..')])
    // A comment that names an environment has to come first.
    writeFileSync(join(folder, name), text.trim().replace(/^ {4}/gm, ''))
  }
  copyFileSync(join(root, 'test/fakes/journey.cjs'), join(folder, 'journey.cjs'))
  writeFileSync(
    join(folder, 'babel.config.js'),
    "module.exports = { presets: [['@babel/preset-env', { targets: { node: 'current' } }]] }",
  )
  const tools = [
    'jest@30',
    'jest-environment-jsdom@30',
    'babel-jest@30',
    '@babel/core@7',
    '@babel/preset-env@7',
    'vitest@4',
    'jsdom@26',
    'typescript@5',
    '@types/node@20',
  ]
  const installed = await plain(
    'npm',
    'install',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
    '--ignore-scripts',
    `./${filename}`,
    ...tools,
  )
  t.notMatch(installed.stderr, /EBADENGINE.*tao-upload-emulator/)

  await t.test('Jest with CommonJS and Babel, with fake timers, and with jsdom', async (t) => {
    const { stderr } = await plain('npx', 'jest', 'jest/').catch((error) => error)
    t.match(stderr, /Tests: +6 passed, 6 total/, stderr)
  })
  await t.test('Vitest with everything faked that it can fake, and with jsdom', async (t) => {
    const { stdout, stderr } = await plain('npx', 'vitest', 'run', '--dir', 'vitest').catch(
      (error) => error,
    )
    t.match(stdout, /Tests +3 passed \(3\)/, stdout + stderr)
  })
  // The first one checks our declarations, too.
  for (const [resolution, module, ...more] of [
    ['node16', 'node16'],
    ['nodenext', 'nodenext', '--skipLibCheck'],
    ['bundler', 'preserve', '--skipLibCheck'],
  ]) {
    await t.test(`TypeScript with moduleResolution ${resolution}`, async (t) => {
      const strict = [
        '--noEmit',
        '--strict',
        '--exactOptionalPropertyTypes',
        '--target',
        'es2023',
        '--lib',
        'es2023,esnext.disposable,dom',
        '--types',
        'node',
      ]
      const { stdout = '' } = await plain(
        'npx',
        'tsc',
        ...strict,
        ...more,
        '--module',
        module as string,
        '--moduleResolution',
        resolution as string,
        'types/commonjs.cts',
        'types/module.mts',
      ).catch((error) => error)
      t.equal(stdout, '')
    })
  }
})
