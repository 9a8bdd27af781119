import { PassThrough, Writable } from 'node:stream'
import t from 'tap'
import { createLog, createServeLog } from '../../src/command-log.js'
import { LogOutput } from '../../src/log-output.js'

/** A stream whose reader takes one chunk for each call of `read`. */
function createReader() {
  const chunks: string[] = []
  const waiting: (() => void)[] = []
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, callback) {
      waiting.push(() => {
        chunks.push(chunk)
        callback()
      })
    },
  })
  return { stream, chunks, read: () => waiting.shift()?.() }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

const line = `${'x'.repeat(999)}\n`

t.test('the lines of a turn of the event loop go out together', async (t) => {
  const { stream, chunks, read } = createReader()
  const output = new LogOutput(stream, () => {})
  output.write('a\n')
  output.write('b\n')
  await turn()
  read()
  t.strictSame(chunks, ['a\nb\n'])
})

t.test(
  'a reader that does not read costs a bounded backlog, and learns what it missed',
  async (t) => {
    const { stream, chunks, read } = createReader()
    const dropped: number[] = []
    const output = new LogOutput(stream, (count) => {
      dropped.push(count)
      output.write(`dropped ${count}\n`)
    })
    for (let count = 0; count < 100_000; count += 1) {
      output.write(line)
      if (count % 100 === 0) await turn()
    }
    t.ok(output.waiting <= 8 * 1024 ** 2, `${output.waiting} characters wait`)
    t.strictSame(dropped, [], 'nothing is reported while nobody reads')
    const written = Math.floor((8 * 1024 ** 2) / line.length)
    while (stream.writableLength > 0) {
      read()
      await turn()
    }
    t.strictSame(dropped, [100_000 - written])
    t.equal(chunks.join('').match(/\n/g)?.length, written + 1)
    t.match(
      chunks.at(-1)?.slice(-50),
      /dropped \d+\n$/,
      'the report comes behind the lines that were kept',
    )
  },
)

t.test('it drains into a reader that reads, the report of dropped lines included', async (t) => {
  const { stream, chunks, read } = createReader()
  const output = new LogOutput(stream, (count) => output.write(`dropped ${count}\n`))
  for (let count = 0; count < 9000; count += 1) output.write(line)
  const drained = output.drain(60_000)
  const reading = setInterval(read, 1)
  await drained
  clearInterval(reading)
  t.equal(output.waiting, 0)
  t.match(chunks.join('').slice(-50), /\ndropped \d+\n$/)
})

t.test('it does not wait long for a reader that does not read', async (t) => {
  const { stream } = createReader()
  const output = new LogOutput(stream, () => {})
  output.write(line)
  await output.drain(1)
  t.equal(output.waiting, line.length)
})

t.test('a line of the log says how many lines were dropped', async (t) => {
  const { stream, chunks, read } = createReader()
  const { logger, drain } = createLog('info', stream)
  for (let count = 0; count < 9000; count += 1) logger.info('x'.repeat(1000))
  const drained = drain()
  const reading = setInterval(read, 1)
  await drained
  clearInterval(reading)
  const last = JSON.parse(chunks.join('').trimEnd().split('\n').at(-1) as string)
  t.match(last, {
    level: 40,
    event: 'log-lines-dropped',
    dropped: Number,
    msg: /^\d+ log lines were dropped, because the reader of the log is too slow$/,
  })
})

t.test('a write never waits for a terminal', async (t) => {
  const { stream } = createReader()
  const isBlocking: boolean[] = []
  const terminal = Object.assign(stream, {
    isTTY: true,
    _handle: { setBlocking: (value: boolean) => isBlocking.push(value) },
  })
  await createServeLog('info', { out: terminal as never, environment: {} }, () => undefined)
  t.strictSame(isBlocking, [false])
})

t.test('a line for the person at the terminal comes whatever the level', async (t) => {
  const out = Object.assign(new PassThrough(), { isTTY: true })
  const context = { out: out as never, environment: {} }
  const { print, drain } = await createServeLog('silent', context, () => undefined)
  print('Reset')
  await drain()
  t.match(String(out.read()), /^\S+ {2}Reset\n$/)
})
