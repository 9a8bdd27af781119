import type { FastifyInstance } from 'fastify'
import { ControlError } from '../../domain/errors.js'
import { createFileReader, sendBuiltFile } from '../pages/built-files.js'
import { type PageOptions, preparePages } from '../pages/page-scope.js'

/** The files of which the page consists, and their types. */
const pageFiles = {
  'index.html': 'text/html; charset=utf-8',
  'app.js': 'text/javascript; charset=utf-8',
  'app.css': 'text/css; charset=utf-8',
} as const

/** The page on which people see and control the emulator. It asks for the control token itself. */
export async function sandboxPage(app: FastifyInstance, options: PageOptions): Promise<void> {
  preparePages(app, options)
  const readFile = createFileReader(options.folder)
  for (const [name, type] of Object.entries(pageFiles)) {
    app.route({
      method: ['GET', 'HEAD'],
      url: name === 'index.html' ? '/' : `/${name}`,
      prefixTrailingSlash: 'slash',
      async handler(request, reply) {
        const file = await readFile(name)
        if (file !== undefined) return sendBuiltFile(request, reply, file, type)
        throw new ControlError('not_found', 'The sandbox page is not built: npm run build makes it')
      },
    })
  }
}
