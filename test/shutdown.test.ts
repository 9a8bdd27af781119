import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createConnection, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import t from 'tap'
import { command, commandAfter, environment, installed, start } from './cli-support.js'
import { fetchTokenFrom, plainEnvironment, statusPath, tokenPath, unfollowed } from './support.js'

t.test('a signal lets requests in flight end', async (t) => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    t.test(signal, async (t) => {
      const { child, port, ended } = await start(t)
      const idle = createConnection(port, '127.0.0.1')
      t.teardown(() => idle.destroy())
      await once(idle, 'connect')

      const body = 'grant_type=client_credentials&client_id=demo-client&client_secret=demo-secret'
      const socket = createConnection(port, '127.0.0.1')
      let answer = ''
      socket.on('data', (chunk) => {
        answer += chunk
      })
      socket.write(
        `POST ${tokenPath} HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${body.length}\r\n\r\n`,
      )
      await once(socket, 'data')
      socket.write(body.slice(0, 10))
      child.kill(signal)
      await refusesConnections(port)
      socket.write(body.slice(10))
      t.equal(await ended(), 0)
      t.match(answer, /HTTP\/1\.1 200 OK\r\n[\s\S]*connection: close\r\n/i)
    })
  }
})

async function refusesConnections(port: number): Promise<void> {
  for (;;) {
    const socket = createConnection(port, '127.0.0.1')
    try {
      await once(socket, 'connect')
      socket.destroy()
    } catch {
      return
    }
  }
}

t.test('a request that does not end is cut off after the grace', async (t) => {
  const { child, port, ended } = await start(t)
  const socket = createConnection(port, '127.0.0.1').on('error', () => {})
  socket.write(
    `POST ${tokenPath} HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\n`,
  )
  await once(socket, 'data')
  child.kill('SIGTERM')
  t.equal(await ended(), 0)
})

t.test('a second signal exits at once', async (t) => {
  for (const [signal, code] of [
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const) {
    const { child, port, ended } = await start(t)
    const socket = createConnection(port, '127.0.0.1').on('error', () => {})
    socket.write(
      `POST ${tokenPath} HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 9\r\n\r\n`,
    )
    await once(socket, 'data')
    child.kill(signal)
    await refusesConnections(port)
    child.kill(signal)
    t.equal(await ended(), code, signal)
  }
})

t.test('a signal that comes while it starts ends it', async (t) => {
  const cases: [signal: string, args: string[], code: number, file?: 'source'][] = [
    ['SIGTERM', ['--port', '0'], 0, 'source'],
    ['SIGHUP', ['--port', '0'], 0],
    ['SIGHUP', ['check'], 129, 'source'],
    ['SIGINT', ['--port', '0'], 0],
    ['SIGTERM', ['exec', '--', 'echo', 'begun'], 143],
    ['SIGINT', ['--port', '0', 'exec', '--', 'echo', 'begun'], 130],
    ['SIGTERM', ['check'], 143],
    ['SIGINT', ['token'], 130],
  ]
  for (const [signal, args, code, file] of cases) {
    t.test(`${signal} to ${args.join(' ')}, before anything is loaded: ${code}`, async (t) => {
      // The moment that there is a handler.
      const preload = `process.on('newListener', (event) => {
        if (event === '${signal}') setImmediate(() => process.kill(process.pid, '${signal}'))
      })`
      const child = spawn(...commandAfter(preload, args, file), { env: environment })
      let out = ''
      child.stdout.on('data', (chunk) => {
        out += chunk
      })
      t.equal((await once(child, 'close'))[0], code)
      t.equal(out, '', 'it never began')
    })
  }
  t.test('at any other moment', async (t) => {
    for (const delayMs of [0, 30, 60, 120, 240]) {
      const child = spawn(...command('--port', '0'), { env: environment })
      const closed = once(child, 'close')
      setTimeout(() => child.kill('SIGTERM'), delayMs)
      const [code, signal] = await closed
      // Before there is a handler, Node itself ends, by the signal.
      t.ok(code === 0 || signal === 'SIGTERM', `after ${delayMs} ms: ${code ?? signal}`)
    }
  })
})

t.test('an error that nobody handles ends the process with one line', async (t) => {
  const cases: [string, script: string, file?: 'source'][] = [
    ['thrown', "throw new Error('a fault')", 'source'],
    ['rejected', "Promise.reject(new Error('a fault'))"],
    ['thrown without a stack', "throw 'a fault'", 'source'],
  ]
  for (const [name, script, file] of cases) {
    t.test(name, async (t) => {
      const preload = `process.on('newListener', (event) => {
        if (event === 'uncaughtException') setImmediate(() => { ${script} })
      })`
      const line = commandAfter(preload, ['--port', '0'], file)
      const child = spawn(...line, { env: environment })
      let err = ''
      child.stderr.on('data', (chunk) => {
        err += chunk
      })
      t.equal((await once(child, 'close'))[0], 1)
      t.match(err, /^The emulator failed and ends: .*a fault.*\n$/)
    })
  }
})

t.test('a reader of its output that leaves does not end it', async (t) => {
  const { child, url, ended } = await start(t)
  child.stdout.destroy()
  for (let count = 0; count < 5; count += 1) {
    t.equal((await fetch(url + statusPath('12345'))).status, 401)
  }
  child.kill('SIGTERM')
  t.equal(await ended(), 0)
  for (const [name, file] of [['help'], ['mcp', 'source']] as const) {
    const child = spawn(...commandAfter('', [name], file), { env: environment })
    child.stdout.destroy()
    child.stdin.end('{"jsonrpc":"2.0","id":1,"method":"ping"}\n')
    t.equal((await once(child, 'close'))[0], 0, name)
  }
})

/** Reads a connection to its end. */
async function readAll(socket: Socket): Promise<string> {
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk
  })
  await once(socket, 'close')
  return text
}

t.test('a signal ends it whatever its clients do, and whole responses arrive', async (t) => {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    t.test(signal, async (t) => {
      const { child, url, port, ended } = await start(t)
      const token = await fetchTokenFrom(url)
      const call = (path: string, body: unknown) =>
        fetch(`${url}/__control/${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        })
      await call('faults', { kind: 'hang', referenceId: 'hang' })
      await call('faults', { kind: 'delay', referenceId: 'delay', delay: '60s' })
      const long = 'x'.repeat(900_000)
      for (let id = 0; id < 9; id += 1) {
        await call('faults', { kind: 'status', status: 500, body: long, referenceId: `long-${id}` })
      }
      const request = (path: string) => {
        const socket = createConnection(port, '127.0.0.1').on('error', () => {})
        socket.write(
          `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n\r\n`,
        )
        return socket
      }
      const hanging = readAll(request(statusPath('hang')))
      const delayed = readAll(request(statusPath('delay')))
      const events = request('/__control/journal/events')
      const followed = readAll(events)
      const stuck = request('/__control/journal/events?since=0').pause()
      const slow = request(statusPath('long-0'))
      const unread = request(statusPath('long-1')).pause()
      await Promise.all([once(slow, 'readable'), once(events, 'data')])
      let polls = 0
      const load = Array.from({ length: 8 }, async () => {
        for (;;) {
          const response = await fetch(url + statusPath('12345')).catch(() => undefined)
          if (response === undefined) return
          t.equal(await response.text(), 'Access Denied')
          polls += 1
        }
      })
      while (polls < 20) await once(events, 'data')
      child.kill(signal)
      const body = (await readAll(slow)).split('\r\n\r\n')[1]
      t.equal(body?.length, long.length, 'a slow reader has its response')
      t.match(await delayed, 'HTTP/1.1 404 Not Found', 'a delayed response comes at once')
      t.equal(await hanging, '', 'a hanging request ends')
      t.match(await followed, '\r\n0\r\n\r\n', 'an event stream ends')
      t.equal(await ended(), 0)
      await Promise.all(load)
      for (const socket of [stuck, unread]) socket.destroy()
    })
  }
})

t.test('a log that nobody reads does not hold up the end', async (t) => {
  const readyFile = join(t.testdir(), 'ready')
  const args = ['--port', '0', '--ready-file', readyFile]
  const child = spawn(...command(...args), {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  while (!existsSync(readyFile)) await delay(20)
  const url = readFileSync(readyFile, 'utf8').trim()
  for (let round = 0; round < 30; round += 1) {
    const polls = Array.from({ length: 50 }, () => fetch(url + statusPath('x'.repeat(1000))))
    await Promise.all(polls)
  }
  child.kill('SIGTERM')
  t.equal((await once(child, 'exit'))[0], 0)
  t.notOk(existsSync(readyFile))
  child.stdout.resume()
})

t.test('a terminal that is paused holds up neither requests nor the end', async (t) => {
  const folder = t.testdir()
  const [readyFile, pidFile, codeFile] = ['ready', 'pid', 'code'].map((name) => join(folder, name))
  const line = `"${process.execPath}" "${installed}" --port 0 --ready-file "${readyFile}"`
  const script = `${line} & echo $! > "${pidFile}"; wait $!; echo $? > "${codeFile}"`
  // script gives the command a terminal, and waits itself where nobody reads its output.
  const child = spawn(...unfollowed('script', '-qc', script, '/dev/null'), {
    // A pipeline gets lines of JSON, also on a terminal.
    env: { ...environment, CI: '' },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  const read = async (file = ''): Promise<string> => {
    for (;;) {
      const text = existsSync(file) ? readFileSync(file, 'utf8').trim() : ''
      if (text !== '') return text
      await delay(20)
    }
  }
  const url = await read(readyFile)
  for (let count = 0; count < 500; count += 1) {
    t.equal((await fetch(`${url}/${'x'.repeat(1000)}`)).status, 404)
  }
  process.kill(Number(await read(pidFile)), 'SIGTERM')
  t.equal(await read(codeFile), '0')
})

t.test('errors that nobody reads do not hold up the end of exec', async (t) => {
  const readyFile = join(t.testdir(), 'ready')
  const script = `for (let count = 0; count < 2000; count += 1) await fetch(process.env.TAO_ADVANCE_URL + '/${'x'.repeat(500)}'); process.exit(7)`
  const args = ['exec', '--log-level', 'info', '--ready-file', readyFile, '--', process.execPath]
  const child = spawn(...command(...args, '--input-type=module', '-e', script), {
    env: plainEnvironment,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  t.equal((await once(child, 'exit'))[0], 7)
  t.notOk(existsSync(readyFile))
  child.stderr.resume()
})

t.test('the last log lines arrive where somebody reads them', async (t) => {
  const { child, url, lines, ended } = await start(t)
  const polls = Array.from({ length: 500 }, () => fetch(url + statusPath('12345')))
  await Promise.all(polls)
  child.kill('SIGTERM')
  t.equal(await ended(), 0)
  t.equal(lines.length, 501)
})
