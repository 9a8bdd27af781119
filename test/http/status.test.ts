import t from 'tap'
import { buildApp, fetchToken, statusPath } from '../support.js'

t.test('a known import is told as documented', async (t) => {
  const { app } = await buildApp(t)
  const authorization = `Bearer ${await fetchToken(app)}`
  const response = await app.inject({ url: statusPath('12345'), headers: { authorization } })
  t.equal(response.statusCode, 200)
  t.equal(response.body, '{"result":{"status":"processed","fileLine":2,"messages":[]}}')
})
