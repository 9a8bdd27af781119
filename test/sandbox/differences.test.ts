import t from 'tap'
import { markDifferences, responseText } from '../../sandbox/differences.js'

t.test('a response is text, a field of JSON on each line', (t) => {
  t.equal(responseText(200, '{"a":1}'), '200\n{\n  "a": 1\n}')
  t.equal(responseText(401, 'Access denied'), '401\nAccess denied')
  t.end()
})

t.test('lines that the other text lacks are marked', (t) => {
  t.strictSame(markDifferences('a\nb', 'b\nc'), [
    { text: 'a', isDifferent: true },
    { text: 'b', isDifferent: false },
  ])
  t.end()
})
