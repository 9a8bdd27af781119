import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import t from 'tap'
import { readStateFile } from '../src/emulator/state/state-file.js'
import { unfollowed } from './support.js'

/** The number of processes that are killed. `KILLS=200` kills more. */
const kills = Number(process.env.KILLS ?? 20)

/**
 * A process that goes on from the state file, says how far it was, and changes its state without end. Each change puts two imports
 * in one turn of the event loop, so that every whole state has the same number twice.
 */
const program = `
  import { pino } from '${new URL('../node_modules/pino/pino.js', import.meta.url)}'
  import { Emulator } from '${new URL('../dist/emulator/emulator.js', import.meta.url)}'
  import { resumeEmulator, saveEmulator } from '${new URL('../dist/emulator/state/emulator-state.js', import.meta.url)}'
  import { readStateFile, stateFileText } from '${new URL('../dist/emulator/state/state-file.js', import.meta.url)}'
  import { reserveStateFile } from '${new URL('../dist/emulator/state/state-saver.js', import.meta.url)}'
  const path = process.argv[1]
  const saver = await reserveStateFile(path, pino({ level: 'silent' }), 1)
  const contents = await readStateFile(path)
  const emulator = await Emulator.create({ fixtures: [{}] })
  if (contents !== undefined) resumeEmulator(emulator, contents)
  const { imports } = emulator.main
  const lines = ['a', 'b'].map((id) => imports.get(id)?.definition.fileLine ?? 0)
  console.log(JSON.stringify(lines))
  saver.start({ changes: emulator.changes, text: () => stateFileText(saveEmulator(emulator, true)) })
  let [fileLine] = lines
  const change = () => {
    fileLine += 1
    for (const id of ['a', 'b']) imports.put(id, { status: 'pending', fileLine })
    emulator.changes.count += 1
    setImmediate(change)
  }
  change()
`

t.test(`a process that is killed at any moment leaves a whole state, ${kills} times`, async (t) => {
  const path = join(t.testdir(), 'state.json')
  let before = 0
  for (let count = 0; count < kills; count += 1) {
    const child = spawn(
      ...unfollowed(process.execPath, '--input-type=module', '-e', program, path),
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    const [line] = await once(createInterface(child.stdout), 'line')
    const [a, b] = JSON.parse(line)
    t.equal(a, b, 'both imports have the same line')
    t.ok(a >= before, `it goes on from ${a}, after ${before}`)
    before = a
    // The first one writes the file; then any moment will do.
    while (!existsSync(path)) await wait(1)
    await wait(count % 23)
    child.kill('SIGKILL')
    await once(child, 'close')
    t.ok(await readStateFile(path), 'the file is whole')
  }
  t.ok(before > 0)
})
