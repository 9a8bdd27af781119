import t from 'tap'
import { Emulator } from '../../src/emulator/emulator.js'
import { createApp } from '../../src/http/app.js'
import { defaultScenario } from '../support.js'

t.test('a route with a JSON schema is refused, as nothing compiles it', async (t) => {
  const app = createApp(await Emulator.create({ fixtures: [defaultScenario] }))
  t.teardown(() => app.close())
  app.get('/with-schema', { schema: { querystring: { type: 'object' } } }, async () => 'answer')
  await t.rejects(async () => app.ready(), { message: /Routes have no JSON schemas/ })
})
