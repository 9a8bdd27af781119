// The journey of a roster by Node's own HTTP client, whatever an environment has done to its globals.
const { request } = require('node:http')

function send(base, method, path, headers, body) {
  return new Promise((resolve, reject) => {
    const outgoing = request(base + path, { method, headers, agent: false }, (response) => {
      let text = ''
      response.on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () => resolve([response.statusCode, text]))
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

/** Resolves to the statuses of an upload, of a poll that a fault delays, and to the token's first characters. */
exports.journey = async (startEmulator) => {
  const emulator = await startEmulator()
  try {
    const { access_token: token } = await emulator.tokens.mint({ clientId: 'demo-client' })
    const headers = { authorization: `Bearer ${token}` }
    const form = { ...headers, 'content-type': 'multipart/form-data; boundary=b' }
    const file = 'group_name\r\nA\r\n'
    const body = `--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n${file}\r\n--b--\r\n`
    const [uploaded] = await send(emulator.url, 'POST', '/api/v1/upload/api/v1/upload', form, body)
    await emulator.faults.arm({ kind: 'delay', delay: '20ms', times: 1 })
    const [polled] = await send(emulator.url, 'GET', '/api/v1/upload/api/v1/status/12345', headers)
    await emulator.journal.waitFor({ operation: 'status' }, { timeout: '1s' })
    return [uploaded, polled]
  } finally {
    // An emulator that stays open would keep the process of a failed test alive.
    await emulator.close()
  }
}
