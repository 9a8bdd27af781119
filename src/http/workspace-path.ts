import type { IncomingMessage } from 'node:http'
import type { FastifyRequest } from 'fastify'
import { splitPath } from '../domain/control/workspace-name.js'
import { toPath } from './request-head.js'

const workspaceName = Symbol('workspaceName')

type RoutedRequest = Pick<IncomingMessage, 'url' | 'method' | 'headers'>

type Named = { [workspaceName]?: string }

/**
 * Returns a function that finds the path to route: the part after the prefix, if the path has it, and after
 * `/w/<name>`, which is kept beside it. `/` leads a browser to the sandbox page.
 *
 * @param prefix - the path of the public URL, which some proxies remove and others do not
 */
export function pathRouter(prefix = '/'): (request: RoutedRequest) => string {
  if (prefix === '/') return (request) => routedPath(request, toPath(request.url as string))
  return (request) => routedPath(request, withoutPrefix(toPath(request.url as string), prefix))
}

function withoutPrefix(path: string, prefix: string): string {
  if (!path.startsWith(prefix)) return path
  const rest = path.slice(prefix.length)
  if (rest.startsWith('/')) return rest
  // The prefix alone, or the beginning of another name.
  return rest === '' || rest.startsWith('?') ? `/${rest}` : path
}

function routedPath(request: RoutedRequest, wholePath: string): string {
  const path = pathInWorkspace(request, wholePath)
  // Only browsers ask for HTML.
  const opensPage =
    path === '/' && request.method === 'GET' && /text\/html/i.test(request.headers.accept ?? '')
  return opensPage ? '/__sandbox' : path
}

function pathInWorkspace(request: RoutedRequest, path: string): string {
  const split = splitPath(path)
  if (split === undefined) return path
  ;(request as Named)[workspaceName] = split.workspace
  return split.path
}

/** The name of the workspace that the path of a request leads to; undefined for the main one. */
export function workspaceNameOf({ raw }: FastifyRequest): string | undefined {
  return (raw as Named)[workspaceName]
}
