import type { IncomingMessage } from 'node:http'
import type { FastifyRequest } from 'fastify'
import { splitPath } from '../domain/workspace-name.js'
import type { Emulator } from '../emulator/emulator.js'
import type { Workspace } from '../emulator/workspace.js'
import { toPath } from './wire.js'

const workspaceName = Symbol('workspaceName')

type Named = { [workspaceName]?: string }

/** The path that is routed: what stands after `/w/<name>`, which is kept beside it. */
export function routedPath(request: Pick<IncomingMessage, 'url'>): string {
  const path = toPath(request.url as string)
  const split = splitPath(path)
  if (split === undefined) return path
  ;(request as Named)[workspaceName] = split.workspace
  return split.path
}

/** The workspace that the path of a request names. */
export function namedWorkspace(emulator: Emulator, { raw }: FastifyRequest): Workspace | undefined {
  const name = (raw as Named)[workspaceName]
  return name === undefined ? undefined : emulator.workspace(name)
}
