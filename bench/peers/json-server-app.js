import jsonServer from 'json-server'
import { statusPath } from '../tools/requests.js'

// As the sections «Module», «Custom output example» and «Rewriter example» of its README have it.
const [file] = process.argv.slice(2)
const server = jsonServer.create()
const router = jsonServer.router(file)
router.render = (_request, response) => {
  const { id: _id, ...result } = response.locals.data
  response.jsonp({ result })
}
server.use(jsonServer.defaults({ logger: false }))
server.use(jsonServer.rewriter({ [statusPath(':id')]: '/imports/:id' }))
server.use(router)
server.listen(Number(process.env.PORT), '127.0.0.1')
