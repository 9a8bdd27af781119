/*
 * The requests whose responses the document of the rostering API shows. Each is sent to an emulator, and its journal entry
 * gives the reason and the basis. What the emulator must be brought to first stands in `before`.
 */

const form = 'application/x-www-form-urlencoded'
const grant = 'grant_type=client_credentials'
const client = 'client_id=demo-client&client_secret=demo-secret'
const basic = (id, secret) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`

const tokenRequest = (payload, headers = { 'content-type': form }) => ({
  method: 'POST',
  url: '/api/v1/upload/v1/oauth2/tokens',
  headers,
  payload,
})

const multipart = (...parts) => ({
  headers: { 'content-type': 'multipart/form-data; boundary=example' },
  payload: `${parts
    .map(
      ([head, body]) => `--example\r\nContent-Disposition: form-data; ${head}\r\n\r\n${body}\r\n`,
    )
    .join('')}--example--\r\n`,
})

const formParts = ['grant_type=client_credentials', ...client.split('&')].map((field) => {
  const [name, value] = field.split('=')
  return [`name="${name}"`, value]
})

const groups = 'group_name,group_active\nClass 1,true\nClass 2,true\n'
const csvPart = (body, name = 'groups.csv') => [`name="file"; filename="${name}"`, body]
const upload = (...parts) => ({
  method: 'POST',
  url: '/api/v1/upload/api/v1/upload',
  ...multipart(...parts),
})

const status = (id) => ({ method: 'GET', url: `/api/v1/upload/api/v1/status/${id}` })
const download = (id) => ({ method: 'GET', url: `/api/v1/upload/api/v1/download/${id}` })
const withSwitch = (switches) => (live) => live.call('service.set', switches)

/** Sends a request with the token that a client was issued, unless it is without one. */
const bearer = (request, spec = { clientId: 'demo-client' }) => ({ ...request, token: spec })

/** A request for a result file, by its signed URL. `then` changes the emulator after the URL was signed. */
const result = (then = () => {}, change = (url) => url) => ({
  async find(live) {
    const authorization = `Bearer ${await live.token({ clientId: 'demo-client' })}`
    const { body } = await live.send({ ...download('12345'), headers: { authorization } })
    await then(live)
    const { pathname, search } = new URL(change(body.signedUrl))
    return { method: 'GET', url: pathname + search }
  },
})

const refusals = (request) => [
  request,
  bearer(request, { clientId: 'demo-client', flaw: 'expired' }),
  bearer(request, { clientId: 'demo-client', flaw: 'wrong-signature' }),
  bearer(request, { clientId: 'unscoped-client', scopes: [] }),
]

/** The requests of each operation, in their order. */
export const requests = {
  token: [
    tokenRequest(`${grant}&${client}`),
    { ...tokenRequest(), ...multipart(...formParts) },
    tokenRequest(
      JSON.stringify({
        grant_type: 'client_credentials',
        client_id: 'demo-client',
        client_secret: 'demo-secret',
      }),
      { 'content-type': 'application/json' },
    ),
    tokenRequest(grant, {
      'content-type': form,
      authorization: basic('demo-client', 'demo-secret'),
    }),
    tokenRequest(client),
    tokenRequest(`grant_type=password&${client}`),
    tokenRequest(`${grant}&${client}&scope=results`),
    tokenRequest('text', { 'content-type': 'text/plain' }),
    tokenRequest(grant),
    tokenRequest(`${grant}&client_id=nobody&client_secret=demo-secret`),
    tokenRequest(`${grant}&client_id=demo-client&client_secret=wrong`),
  ],
  upload: [
    bearer(upload(csvPart(groups))),
    bearer(upload()),
    bearer(upload(csvPart(''))),
    bearer(upload(csvPart(groups, 'groups.txt'))),
    bearer(upload(csvPart('colour\nred\n'))),
    bearer(upload(csvPart(groups), csvPart(groups, 'more.csv'))),
    bearer({
      ...upload(csvPart('group_name,group_active\nClass 1\n')),
      before: withSwitch({ raggedRows: 'refuse' }),
    }),
    bearer({ ...upload(csvPart(groups)), before: withSwitch({ maxRecords: 1 }) }),
    bearer(upload(csvPart(`${groups}${'Class,true\n'.repeat(100)}`))),
    bearer({
      ...upload(csvPart(groups)),
      headers: { ...upload().headers, 'content-encoding': 'gzip' },
    }),
    ...refusals(upload(csvPart(groups))),
  ],
  status: [
    bearer(status('12345')),
    bearer(status('pending')),
    bearer(status('failed')),
    bearer({
      ...status('roster-1'),
      before: (live) =>
        live.call('imports.put', { id: 'roster-1', definition: { status: 'processing' } }),
    }),
    bearer({ ...status('12345'), before: withSwitch({ referenceIds: 'uuid' }) }),
    ...refusals(status('12345')),
    bearer(status('unknown')),
    bearer(status('server-error')),
  ],
  download: [
    bearer(download('12345')),
    bearer({ ...download('12345'), before: withSwitch({ referenceIds: 'uuid' }) }),
    ...refusals(download('12345')),
    bearer(download('unknown')),
    bearer(download('pending')),
    bearer(download('server-error')),
  ],
  result: [
    result(),
    result(undefined, (url) => url.replace(/signature=../, 'signature=00')),
    result((live) => live.clock.advance(16 * 60_000)),
    result((live) => live.call('imports.delete', { id: '12345' })),
    result((live) =>
      live.call('imports.override', { id: '12345', state: { error: 'Storage is unavailable' } }),
    ),
  ],
  jwks: [{ method: 'GET', url: '/.well-known/jwks.json' }],
  metadata: [{ method: 'GET', url: '/.well-known/oauth-authorization-server' }],
}

/** Sends the requests. Returns what the emulator responded to each, and its journal entry. */
export async function sendRequests(live) {
  const all = {}
  for (const [operation, list] of Object.entries(requests)) {
    all[operation] = []
    for (const { before, find, token, ...written } of list) {
      await before?.(live)
      const request = (await find?.(live)) ?? written
      const authorization = token && { authorization: `Bearer ${await live.token(token)}` }
      const response = await live.send({
        ...request,
        headers: { ...request.headers, ...authorization },
      })
      all[operation].push({ request, response, entry: await live.lastEntry() })
      await live.call('reset', {})
      live.resetClock()
    }
  }
  return all
}
