import t from 'tap'
import { type Address, formatAddress, parseAddress, titleOf } from '../../sandbox/address.js'

const imports = { view: 'imports', search: '', page: 0 } as const
const journal = { view: 'journal', search: '', page: 0 } as const

t.test('an address is written, and read again', async (t) => {
  const cases: [Address, hash: string][] = [
    [imports, '#imports'],
    [{ ...imports, view: 'faults' }, '#faults'],
    [{ ...imports, id: 'a b?c=d&e#f' }, '#imports?id=a+b%3Fc%3Dd%26e%23f'],
    [
      { ...imports, search: 'ro', kind: 'failed', page: 2, id: 'x' },
      '#imports?search=ro&kind=failed&page=3&id=x',
    ],
    [
      { ...journal, operation: 'status', status: '4', entry: 12 },
      '#journal?operation=status&status=4&entry=12',
    ],
  ]
  const none = { kind: undefined, id: undefined, operation: undefined, status: undefined }
  for (const [address, hash] of cases) {
    t.equal(formatAddress(address), hash)
    t.strictSame(parseAddress(hash), { ...none, entry: undefined, ...address }, hash)
  }
})

t.test('parts that are unknown have no effect', async (t) => {
  for (const hash of ['', '#', '#nowhere', '#imports?kind=x&page=0&entry=-1&status=9&y=z']) {
    t.equal(formatAddress(parseAddress(hash)), '#imports', hash)
  }
})

t.test('a title has the parts that are known', async (t) => {
  t.equal(titleOf('slow', 'pending', undefined), 'slow · pending · TAO emulator')
  t.equal(titleOf('Journal', 'team'), 'Journal · team · TAO emulator')
})
