import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import t from 'tap'
import { startProcess } from './fuzz/process.js'
import { fetchTokenFrom } from './support.js'

const form = [
  '--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n',
  'group_name,group_id\r\nA,a\r\n',
  '\r\n--b--\r\n',
].join('')

t.test('an upload without a descriptor left does not spoil the next one', async (t) => {
  const emulator = await startProcess(t, [], { descriptors: 48 })
  const token = await fetchTokenFrom(emulator.url)
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const call = async (method: string, path: string): Promise<number | undefined> => {
    const outgoing = request(`${emulator.url}${path}`, {
      agent,
      method,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'multipart/form-data; boundary=b',
      },
    })
    outgoing.end(method === 'POST' ? form : undefined)
    const [response] = await once(outgoing, 'response')
    response.resume()
    await once(response, 'end')
    return response.statusCode
  }
  t.equal(await call('GET', '/__control/health'), 200, 'a connection that stays')

  const idle = Array.from({ length: 60 }, () =>
    connect(emulator.port, '127.0.0.1').on('error', () => {}),
  )
  t.teardown(() => {
    for (const socket of idle) socket.destroy()
  })
  // The emulator closes those for which it has no descriptor.
  await Promise.race(idle.map((socket) => once(socket, 'close')))
  t.equal(await call('POST', '/api/v1/upload/api/v1/upload'), 200, 'none is left')

  for (const socket of idle) socket.destroy()
  t.equal(await call('POST', '/api/v1/upload/api/v1/upload'), 200, 'there are some again')
  t.equal(await emulator.stop(), 0)
  agent.destroy()
})
