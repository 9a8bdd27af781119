import { randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'

/** A token like those of the emulator, signed with its library. */
export function signToken(key) {
  const issuedAt = Math.floor(Date.now() / 1000)
  return new SignJWT({
    client_id: 'demo-client',
    sub: 'demo-client',
    scope: 'rostering',
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
