// Runs in a process of its own. Fakes what its first argument names, before or after the start, and makes the whole journey.
import { mock } from 'node:test'
import FakeTimers from '@sinonjs/fake-timers'
import { startEmulator } from '../../dist/library/index.js'
import { journey } from './journey.cjs'

const [fake, when] = process.argv.slice(2)

const everything = Object.keys(FakeTimers.timers).filter((name) => name !== 'nextTick')

function install() {
  if (fake === 'node:test') mock.timers.enable({ now: 0 })
  if (fake === 'everything') FakeTimers.install({ toFake: everything })
}

if (when === 'before') install()
const statuses = await journey(async () => {
  const emulator = await startEmulator()
  if (when === 'after') install()
  return emulator
})
process.stdout.write(JSON.stringify(statuses))
