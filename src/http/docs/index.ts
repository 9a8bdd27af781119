import { ControlError } from '../../domain/errors.js'
import { createFileReader, sendBuiltFile } from '../pages/built-files.js'
import type { ServePage } from '../pages/index.js'

const html = 'text/html; charset=utf-8'

const types: ReadonlyMap<string, string> = new Map([
  ['html', html],
  ['css', 'text/css; charset=utf-8'],
  ['js', 'text/javascript; charset=utf-8'],
  ['json', 'application/json'],
  ['png', 'image/png'],
])

/** The page for a path without a page. Its links begin with `{up}`, because the path may have any depth. */
const missingPage = 'missing.template'

/** The documentation as a site. */
export function docsSite(folder: string): ServePage {
  const readFile = createFileReader(folder)
  return async (path, request, reply) => {
    const [name, type] = fileOf(path)
    const file = type && (await readFile(name))
    if (file) return sendBuiltFile(request, reply, file, type)
    const missing = await readFile(missingPage)
    if (missing === undefined) {
      const message = 'The documentation is not built: npm run docs makes it'
      throw new ControlError('not_found', message)
    }
    const up = '../'.repeat(path.split('/').length - 1) || './'
    const page = missing.content.toString().replaceAll('{up}', up)
    return reply.code(404).header('content-type', html).send(page)
  }
}

/** The file of a path, and its type if it can be one of the site: `faults` and `faults.html` are the same page. */
function fileOf(path: string): [name: string, type: string | undefined] {
  if (path === '') return ['index.html', html]
  const [, name, ending = 'html'] = /^([\w-]+)(?:\.(\w+))?$/.exec(path) ?? []
  return [`${name}.${ending}`, name && types.get(ending)]
}
