// Runs in a process of its own. Fakes what its first argument names, before or after the start, and makes the whole journey.
import { once } from 'node:events'
import { request } from 'node:http'
import { mock } from 'node:test'
import FakeTimers from '@sinonjs/fake-timers'
import { startEmulator } from '../../dist/index.js'

const [fake, when] = process.argv.slice(2)

const everything = Object.keys(FakeTimers.timers).filter((name) => name !== 'nextTick')

function install() {
  if (fake === 'node:test') mock.timers.enable({ now: 0 })
  if (fake === 'usual') FakeTimers.install()
  if (fake === 'everything') FakeTimers.install({ toFake: everything })
}

if (when === 'before') install()
const emulator = await startEmulator()
if (when === 'after') install()

async function send(method, path, headers, body) {
  const outgoing = request(`${emulator.url}${path}`, { method, headers, agent: false })
  const [response] = await Promise.all([once(outgoing, 'response'), outgoing.end(body)])
  response[0].resume()
  await once(response[0], 'end')
  return response[0].statusCode
}

const token = await emulator.tokens.mint({ clientId: 'demo-client' })
const headers = { authorization: `Bearer ${token.access_token}` }
const form = { ...headers, 'content-type': 'multipart/form-data; boundary=b' }
const file = 'group_name,group_id\r\nA,a\r\n'
const body = `--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n${file}\r\n--b--\r\n`
const uploaded = await send('POST', '/api/v1/upload/api/v1/upload', form, body)
await emulator.faults.arm({ kind: 'delay', delay: '20ms', times: 1 })
const polled = await send('GET', '/api/v1/upload/api/v1/status/12345', headers)
await emulator.journal.waitFor({ operation: 'status' }, 1, '1s')
await emulator.close()
process.stdout.write(JSON.stringify([uploaded, polled]))
