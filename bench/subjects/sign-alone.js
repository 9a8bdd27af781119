import { createPrivateKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { signToken } from './sign-token.js'

// Signs tokens and does nothing else. Prints how many a second.
const [keyFile, seconds] = process.argv.slice(2)
const key = createPrivateKey(readFileSync(keyFile))
const batch = 64

async function signFor(ms) {
  const startedAt = performance.now()
  let count = 0
  // As many at a time as the server is asked for.
  while (performance.now() - startedAt < ms) {
    await Promise.all(Array.from({ length: batch }, () => signToken(key)))
    count += batch
  }
  return (count / (performance.now() - startedAt)) * 1000
}

await signFor(300)
process.stdout.write(JSON.stringify({ perSecond: await signFor(Number(seconds) * 1000) }))
