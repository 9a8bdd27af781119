import { VendorError } from '../../domain/errors.js'
import type { Operation } from '../../domain/operations.js'
import { version } from '../../emulator/package-files.js'
import { pathOf } from '../request-head.js'
import { content } from '../response.js'
import type { Endpoint } from './endpoint.js'
import { endpoints } from './endpoint-table.js'
import type { Exchange } from './exchange.js'
import type { Route } from './pipeline.js'

/** Every request that no endpoint serves, because of its path or its method. The root is the exception. */
export const unknownPath: Route = {
  operationOf: (request) => operationAt(pathOf(request)),
  isOlder: false,
  admit: requireRoot,
  action: { run: () => ({ response: welcome }) },
}

/** Tools that wait for a server ask for its root; a browser is led to the sandbox page instead. */
const welcome = content(
  200,
  'text/plain',
  `tao-upload-emulator ${version}: the TAO Advance rostering API, emulated.
Sandbox page: /__sandbox/
Documentation: /__docs/
Health check: /__control/health
`,
)

const operations = Object.entries(endpoints) as [Operation, Endpoint][]

const pathPatterns = operations.flatMap(([operation, { paths }]) =>
  paths.map((path) => ({
    operation,
    pattern: new RegExp(`^${path.replaceAll('.', '\\.').replace(/:\w+/, '[^/]*')}$`),
  })),
)

function operationAt(path: string): Operation | undefined {
  return pathPatterns.find(({ pattern }) => pattern.test(path))?.operation
}

function requireRoot({ request, operation }: Exchange): undefined {
  const { method } = request
  const path = pathOf(request)
  if (path === '/' && (method === 'GET' || method === 'HEAD')) return
  if (operation === undefined) {
    const meant = meantPath(path)
    const message = meant === undefined ? 'No such path' : `No such path; did you mean ${meant}?`
    throw new VendorError('not-found', { code: 'path-unknown', message })
  }
  const { methods: allow } = endpoints[operation]
  const message = `This path does not allow ${method}. Allowed: ${allow.join(', ')}`
  throw new VendorError('method-not-allowed', { code: 'method-not-allowed', message }, { allow })
}

/** The path of an operation that differs in slashes or case only, or by the misprint of the documentation. */
function meantPath(path: string): string | undefined {
  const tidy = path
    .replace(/\/{2,}/g, '/')
    .replace(/(.)\/$/, '$1')
    .replace('uploadpi/', 'upload/api/')
  return operations
    .flatMap(([, { paths }]) => paths)
    .find((known) =>
      new RegExp(`^${known.replaceAll('.', '\\.').replace(/:\w+/, '[^/]+')}$`, 'i').test(tidy),
    )
}
