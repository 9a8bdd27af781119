import { readFileSync } from 'node:fs'
import t from 'tap'
import {
  type Behaviour,
  bases,
  behaviours,
  behavioursOf,
  weakestBasis,
} from '../../src/domain/behaviours.js'
import { defaultService } from '../../src/domain/service.js'

const root = new URL('../..', import.meta.url).pathname
const ledger: readonly (readonly [string, Behaviour])[] = Object.entries(behaviours)

t.test('each row names a test that exists', async (t) => {
  for (const [id, { test }] of ledger) {
    const [file, title] = test
    const text = readFileSync(`${root}test/${file}`, 'utf8')
    t.ok(text.includes(`'${title}'`), `${id}: ${file}: ${title}`)
  }
})

t.test('each switch is in it with both of its values', async (t) => {
  for (const name of Object.keys(defaultService)) {
    const values = ledger.filter(([, row]) => row.switch?.startsWith(`${name}: `))
    t.equal(values.length, 2, name)
  }
})

t.test('a response rests on its weakest row', async (t) => {
  t.strictSame(behavioursOf('status', 'served'), ['status-found'])
  t.strictSame(behavioursOf('upload', 'upload-refused', ['max-records']), [
    'upload-refused',
    'max-records',
  ])
  t.strictSame(behavioursOf(undefined, 'served'), ['root'])
  t.strictSame(behavioursOf('status', 'client-gone'), [])
  t.equal(weakestBasis([]), null)
  t.equal(weakestBasis(['status-found']), 'documented')
  t.equal(weakestBasis(['status-found', 'token-basic']), 'standard')
  t.equal(weakestBasis(['token-json', 'token-basic', 'status-found']), 'published')
  t.equal(weakestBasis(['status-charset', 'token-json']), 'decided')
  t.strictSame(bases, ['documented', 'standard', 'published', 'decided'])
})
