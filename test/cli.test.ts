import { spawn } from 'node:child_process'
import { once } from 'node:events'
import t from 'tap'

t.test('help prints every flag', async (t) => {
  const child = spawn(process.execPath, [
    new URL('../dist/cli.js', import.meta.url).pathname,
    'help',
  ])
  let out = ''
  child.stdout.on('data', (chunk) => {
    out += chunk
  })
  const [code] = await once(child, 'close')
  t.equal(code, 0)
  t.match(out, /--port/)
})
