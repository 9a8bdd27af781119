import { createControl } from '../../src/domain/control/emulator-control.js'
import { encodeRequest } from '../../src/domain/control/request.js'
import {
  type CallRoute,
  type ControlRoute,
  controlRoutes,
} from '../../src/domain/control/routes.js'
import { ask } from './connection.js'
import { countChange } from './newest.js'
import { apiUrl, controlToken, isLocked } from './session.js'

/** A refusal of the control API, in its own words. */
export class ControlFailure extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

export function controlHeaders(token = controlToken.value): Record<string, string> {
  return token === null ? {} : { authorization: `Bearer ${token}` }
}

const call: CallRoute = async (_workspace, name, input) => {
  const route: ControlRoute = controlRoutes[name]
  const { method, path, body } = encodeRequest(route, input)
  const token = controlToken.value
  const response = await ask(`${apiUrl}/__control${path}`, {
    method,
    headers: {
      ...controlHeaders(token),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: body ?? null,
  })
  if (response.status === 401) {
    // Another token has been given meanwhile: the refusal says nothing of that one.
    if (token !== controlToken.value) return call(_workspace, name, input)
    isLocked.value = true
  }
  if (method !== 'GET') countChange()
  if (response.status === 204) return undefined
  const value = JSON.parse(response.body)
  if (response.ok) return value
  const { path: field, message } = value as { path?: string; message: string }
  throw new ControlFailure(response.status, field === undefined ? message : `${field}: ${message}`)
}

/** The control API of the emulator, or of the workspace, that the page belongs to. */
export const control = createControl(apiUrl, call)
