import type { IncomingMessage } from 'node:http'
import type { FastifyRequest } from 'fastify'
import { splitPath } from '../domain/control/workspace-name.js'
import { toPath } from './request-head.js'

const workspaceName = Symbol('workspaceName')

type RoutedRequest = Pick<IncomingMessage, 'url' | 'method' | 'headers'>

type Named = { [workspaceName]?: string }

/**
 * The path that is routed: what stands after `/w/<name>`, which is kept beside it. `/` leads a browser to the
 * sandbox page.
 */
export function routedPath(request: RoutedRequest): string {
  const path = pathInWorkspace(request)
  // Only browsers ask for HTML.
  const opensPage =
    path === '/' && request.method === 'GET' && /text\/html/i.test(request.headers.accept ?? '')
  return opensPage ? '/__sandbox' : path
}

function pathInWorkspace(request: RoutedRequest): string {
  const path = toPath(request.url as string)
  const split = splitPath(path)
  if (split === undefined) return path
  ;(request as Named)[workspaceName] = split.workspace
  return split.path
}

/** The name of the workspace that the path of a request leads to; undefined for the main one. */
export function workspaceNameOf({ raw }: FastifyRequest): string | undefined {
  return (raw as Named)[workspaceName]
}
