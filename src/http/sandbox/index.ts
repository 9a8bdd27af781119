import { ControlError } from '../../domain/errors.js'
import { createFileReader, sendBuiltFile } from '../pages/built-files.js'
import type { ServePage } from '../pages/index.js'

/** The files of which the page consists besides its scripts, and their types. */
const types: ReadonlyMap<string, string> = new Map([
  ['index.html', 'text/html; charset=utf-8'],
  ['app.css', 'text/css; charset=utf-8'],
])

/** The script, and its parts that are loaded late. */
const script = /^[\w-]+\.js$/

/** The page on which people see and control the emulator. It asks for the control token itself. */
export function sandboxPage(folder: string): ServePage {
  const readFile = createFileReader(folder)
  return async (path, request, reply) => {
    const name = path || 'index.html'
    const type = script.test(name) ? 'text/javascript; charset=utf-8' : types.get(name)
    if (type === undefined) throw new ControlError('not_found', 'There is no such page')
    const file = await readFile(name)
    if (file !== undefined) return sendBuiltFile(request, reply, file, type)
    throw new ControlError('not_found', 'The sandbox page is not built: npm run build makes it')
  }
}
