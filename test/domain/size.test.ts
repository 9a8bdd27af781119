import t from 'tap'
import { parseBySchema } from '../../src/domain/schema.js'
import { sizeSchema } from '../../src/domain/size.js'

t.test('a size is bytes, or has a unit', async (t) => {
  const mistake = 'must be a size in bytes, or with its unit, like 500KB or 50MiB'
  const cases: [size: unknown, expected: number | string][] = [
    [0, 0],
    [1000, 1000],
    ['1000', 1000],
    ['7b', 7],
    ['500KB', 500_000],
    ['2 MB', 2_000_000],
    ['1gb', 1_000_000_000],
    ['1KiB', 1024],
    [' 50MiB ', 50 * 1024 ** 2],
    ['2GiB', 2 * 1024 ** 3],
    [-1, mistake],
    [1.5, mistake],
    ['', mistake],
    ['50M', mistake],
    ['MiB', mistake],
    ['1ib', mistake],
    [true, mistake],
  ]
  for (const [size, expected] of cases) {
    t.test(JSON.stringify(size), async (t) => {
      const parsed = parseBySchema(sizeSchema, size)
      t.equal('mistakes' in parsed ? parsed.mistakes[0]?.message : parsed.value, expected)
    })
  }
})
