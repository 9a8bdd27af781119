import { starters, timed } from './in-process.js'

// In one process, in turn. Prints two lists of milliseconds for each.
const [times] = process.argv.slice(2).map(Number)

const results = Object.fromEntries(Object.keys(starters).map((name) => [name, []]))
// The first ones load and compile; a warm process has done that.
for (let round = -3; round < times; round += 1) {
  for (const [name, start] of Object.entries(starters)) {
    const taken = await timed(start)
    if (round >= 0) results[name].push(taken)
  }
}
process.stdout.write(JSON.stringify(results))
