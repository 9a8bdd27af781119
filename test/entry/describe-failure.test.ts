import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import t from 'tap'
import { describeFailure } from '../../src/describe-failure.js'
import { InputError } from '../../src/domain/errors.js'

const failure = (fields: object) => Object.assign(new Error('failed'), fields)

t.test('a failure to listen is a sentence that says what to do', async (t) => {
  const address = '127.0.0.1'
  const cases: [name: string, fields: object, text: string][] = [
    [
      'a port of the system',
      { syscall: 'listen', code: 'EACCES', address, port: 80 },
      'port 80 of 127.0.0.1 may not be listened on by this user: choose a port from 1024 on with --port',
    ],
    [
      'an address of another machine',
      { syscall: 'listen', code: 'EADDRNOTAVAIL', address: '203.0.113.1', port: 4080 },
      'port 4080 of 203.0.113.1 cannot be listened on: this machine does not have the address. Set --host or the variable HOST to one that it has, such as 127.0.0.1',
    ],
    [
      'a name that nobody knows',
      { syscall: 'getaddrinfo', code: 'ENOTFOUND', hostname: 'tao\u200b' },
      '"tao\\u200b" (U+200B ZERO WIDTH SPACE) is neither an address nor a host name that this machine knows: set --host or the variable HOST to an address of this machine, such as 127.0.0.1',
    ],
    [
      'the last port',
      { syscall: 'listen', code: 'EADDRINUSE', address, port: 65_535 },
      'port 65535 of 127.0.0.1 is in use: stop what listens there, or choose another port, such as --port 0',
    ],
  ]
  for (const [name, fields, text] of cases) {
    t.strictSame(await describeFailure(failure(fields)), { text, code: 1 }, name)
  }
})

t.test('a busy port names the next one that is free', async (t) => {
  const server = createServer().listen(0, '127.0.0.1')
  t.teardown(() => server.close())
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const error = failure({
    syscall: 'listen',
    code: 'EADDRINUSE',
    address: '127.0.0.1',
    port: port - 1,
  })
  const { text } = await describeFailure(error)
  const suggested = Number(/--port (\d+)$/.exec(text)?.[1])
  t.ok(suggested > port, `${suggested} is not ${port}, which is taken`)
})

t.test('any other failure shows its stack', async (t) => {
  for (const fields of [{ syscall: 'listen', code: 'EMFILE' }, { syscall: 'open' }, {}]) {
    const { text, code } = await describeFailure(failure(fields))
    t.equal(code, 1)
    t.match(text, /^Error: failed\n {4}at /)
  }
  const mistake = new InputError({ path: 'a', message: 'b' })
  t.strictSame(await describeFailure(mistake), { text: 'a: b', code: 2 })
})
