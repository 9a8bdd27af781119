import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import t from 'tap'
import { start } from './cli-support.js'
import { plainEnvironment, runNode } from './support.js'

const script = new URL('../docker/health-check.js', import.meta.url).pathname

/** The exit code of the health check of a process. */
function check(pid: number | undefined): Promise<number> {
  return new Promise((resolve) => {
    const args = pid === undefined ? [script] : [script, String(pid)]
    runNode(args).then(
      () => resolve(0),
      (error) => resolve(Number(error.code)),
    )
  })
}

t.test('the health check asks the address that the emulator listens on', async (t) => {
  const outside = Object.values(networkInterfaces())
    .flat()
    .find((it) => it !== undefined && !it.internal && it.family === 'IPv4')
  const cases: [name: string, args: string[], env: Record<string, string>][] = [
    ['a port of nothing', [], { PORT: '' }],
    ['a port in the environment that a flag replaces', [], { PORT: '1' }],
    ['IPv6', [], { HOST: '::1' }],
    ['every address', [], { HOST: '0.0.0.0' }],
    ['every address of IPv6', ['--host', '::'], { HOST: '0.0.0.0' }],
    ['localhost', ['--host', 'localhost'], {}],
    ['a control token', ['--control-token', 'x'], {}],
    ...(outside === undefined
      ? []
      : [['an address of the network', ['--host', outside.address], {}] as never]),
  ]
  for (const [name, args, env] of cases) {
    t.test(name, async (t) => {
      const { child } = await start(t, args, env)
      t.equal(await check(child.pid), 0)
    })
  }
})

t.test('without a process it looks for one', async (t) => {
  await start(t)
  t.equal(await check(undefined), 0)
})

t.test('an emulator that does not respond with 200 is unhealthy', async (t) => {
  const idle = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { env: plainEnvironment })
  t.teardown(() => idle.kill())
  t.equal(await check(idle.pid), 1, 'it does not listen')
  t.equal(await check(2 ** 30), 1, 'there is no such process')

  const server = createServer((_request, response) => response.writeHead(404).end())
  t.teardown(() => server.close())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  t.ok((server.address() as AddressInfo).port)
  t.equal(await check(process.pid), 1, 'something else listens')

  const { child } = await start(t)
  child.kill('SIGSTOP')
  t.equal(await check(child.pid), 1, 'it hangs')
  child.kill('SIGCONT')
})
