import type { EmulatorControl } from '../../src/domain/control/emulator-control.js'
import type { RemovedThing } from '../../src/domain/control/vocabulary.js'
import {
  type Arguments,
  type Wire,
  type WireName,
  wires,
  writeRequest,
} from '../../src/domain/control/wire.js'
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
const removing: Readonly<Partial<Record<WireName, RemovedThing>>> = {
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

async function call(name: WireName, input: Arguments): Promise<unknown> {
  const wire: Wire = wires[name]
  const { method, path, body, contentType } = writeRequest(wire, input, refuse)
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
    if (token !== controlToken.value) return call(name, input)
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
  if (response.ok && wire.resultType !== undefined) return response.body
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

function refuse(name: string, text: string): never {
  throw new Error(`${name}: ${JSON.stringify(text)} cannot be part of the path of a URL`)
}

/** A method of the control API by its name: its first arguments are the parts of the path and the body. */
function methodOf(name: WireName) {
  const { path, body, field = body }: Wire = wires[name]
  const names = [...path.matchAll(/:(\w+)/g)].flatMap(([, it]) => it ?? []).concat(field ?? [])
  return (...given: object[]) =>
    call(name, {
      ...given[names.length],
      ...Object.fromEntries(names.map((it, index) => [it, given[index]])),
    })
}

/**
 * The control API of the emulator, or of the workspace, that the page belongs to. Its methods are made when they are used: a table
 * of them would be a part of what the page weighs.
 */
export const control = new Proxy({} as EmulatorControl, {
  get: (_, noun: WireName) =>
    noun in wires
      ? methodOf(noun)
      : new Proxy({}, { get: (_, verb: string) => methodOf(`${noun}.${verb}` as WireName) }),
})
