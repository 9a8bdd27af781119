import { createPrivateKey, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { SignJWT } from 'jose'

// Signs tokens like the emulator's with its library and nothing else. Prints how many a second.
const [keyFile, seconds] = process.argv.slice(2)
const key = createPrivateKey(readFileSync(keyFile))
const batch = 64

async function sign() {
  const issuedAt = Math.floor(Date.now() / 1000)
  const claims = { client_id: 'demo-client', sub: 'demo-client', scope: 'rostering' }
  return new SignJWT({
    ...claims,
    iss: 'http://127.0.0.1:4080',
    aud: 'tao-advance',
    iat: issuedAt,
    nbf: issuedAt,
    exp: issuedAt + 3600,
    jti: randomUUID(),
  })
    .setProtectedHeader({ typ: 'at+jwt', alg: 'ES256', kid: 'k'.repeat(43) })
    .sign(key)
}

async function signFor(ms) {
  const startedAt = performance.now()
  let count = 0
  // As many at a time as the server is asked for.
  while (performance.now() - startedAt < ms) {
    await Promise.all(Array.from({ length: batch }, sign))
    count += batch
  }
  return (count / (performance.now() - startedAt)) * 1000
}

await signFor(300)
process.stdout.write(JSON.stringify({ perSecond: await signFor(Number(seconds) * 1000) }))
