import { createControl } from '../../src/domain/control/emulator-control.js'
import { encodeRequest } from '../../src/domain/control/request.js'
import {
  type CallRoute,
  type ControlRoute,
  controlRoutes,
  type RouteName,
} from '../../src/domain/control/routes.js'
import type { RemovedThing } from '../../src/domain/control/vocabulary.js'
import type { Mistake } from '../../src/domain/errors.js'
import { ask } from './connection.js'
import { countChange } from './newest.js'
import { apiUrl, controlToken, isLocked } from './session.js'

/** A refusal of the control API, in its own words. */
export class ControlFailure extends Error {
  readonly status: number
  /** Every mistake of a scenario, with its place. */
  readonly mistakes: readonly Mistake[] | undefined
  /** The field that it refuses, and why. */
  field: { readonly path: string; readonly message: string } | undefined

  constructor(status: number, message: string, mistakes?: readonly Mistake[]) {
    super(message)
    this.status = status
    this.mistakes = mistakes
  }
}

export function controlHeaders(token = controlToken.value): Record<string, string> {
  return token === null ? {} : { authorization: `Bearer ${token}` }
}

/** The things that these calls remove. */
const removing: Readonly<Partial<Record<RouteName, RemovedThing>>> = {
  'imports.delete': 'import',
  'clients.delete': 'client',
  'faults.disarm': 'fault',
  'faults.clear': 'faults',
  'uploads.disarm': 'outcome',
  'uploads.clear': 'outcomes',
  'savepoints.delete': 'savepoint',
  'journal.clear': 'journal',
}

interface RemovedByPage {
  readonly what: RemovedThing
  readonly name: string | null
}

let removed: RemovedByPage | undefined

/** Returns what the page removed since the last time. */
export function takeRemoved(): RemovedByPage | undefined {
  const taken = removed
  removed = undefined
  return taken
}

interface Refusal {
  readonly path?: string
  readonly message: string
  readonly mistakes?: readonly Mistake[]
}

const call: CallRoute = async (_workspace, name, input) => {
  const route: ControlRoute = controlRoutes[name]
  const { method, path, body, contentType } = encodeRequest(route, input)
  const token = controlToken.value
  const response = await ask(`${apiUrl}/__control${path}`, {
    method,
    headers: {
      ...controlHeaders(token),
      ...(contentType === undefined ? {} : { 'content-type': contentType }),
    },
    body: body ?? null,
  })
  if (response.status === 401) {
    // Another token has been given meanwhile: the refusal says nothing of that one.
    if (token !== controlToken.value) return call(_workspace, name, input)
    isLocked.value = true
  }
  if (method !== 'GET') countChange()
  const what = removing[name]
  if (response.ok && what !== undefined) {
    const { id } = input as { readonly id?: string }
    removed = { what, name: id ?? null }
  }
  if (response.status === 204) return undefined
  // The type of a result that is a text says so.
  if (response.ok && route.resultType !== undefined) return response.body as never
  const value = JSON.parse(response.body)
  if (response.ok) return value
  const { path: field, message, mistakes } = value as Refusal
  const failure = new ControlFailure(
    response.status,
    field === undefined ? message : `${field}: ${message}`,
    mistakes,
  )
  if (field !== undefined) failure.field = { path: field, message }
  throw failure
}

/** The control API of the emulator, or of the workspace, that the page belongs to. */
export const control = createControl(apiUrl, call)
