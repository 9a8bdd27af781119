import type {
  ClientView,
  ClockView,
  ImportCount,
  ImportFilter,
  ImportPage,
  ImportView,
  MintedToken,
  TokenSpec,
} from '../../src/domain/control.js'
import type { FaultDefinition, FaultView } from '../../src/domain/fault.js'
import type { ImportDefinition } from '../../src/domain/import-definition.js'
import type { Service } from '../../src/domain/service.js'
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

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const token = controlToken.value
  const answer = await ask(`${apiUrl}/__control${path}`, {
    method,
    headers: {
      ...controlHeaders(token),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: body === undefined ? null : JSON.stringify(body),
  })
  if (answer.status === 401) {
    // Another token has been given meanwhile: the refusal says nothing of that one.
    if (token !== controlToken.value) return call(method, path, body)
    isLocked.value = true
  }
  if (method !== 'GET') countChange()
  if (answer.status === 204) return undefined as T
  const told = JSON.parse(answer.body)
  if (answer.ok) return told as T
  const { path: field, message } = told as { path?: string; message: string }
  throw new ControlFailure(answer.status, field === undefined ? message : `${field}: ${message}`)
}

const byId = (noun: string, id: string) => `/${noun}/${encodeURIComponent(id)}`

function query(input: object): string {
  const given = Object.entries(input).filter(([, value]) => value !== undefined && value !== '')
  return `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`
}

/** The part of the control vocabulary that the page speaks. */
export const control = {
  reset: () => call<void>('POST', '/reset'),
  imports: {
    list: (page: ImportPage) => call<ImportView[]>('GET', `/imports${query(page)}`),
    count: (filter: ImportFilter) => call<ImportCount>('GET', `/import-count${query(filter)}`),
    get: (id: string) => call<ImportView>('GET', byId('imports', id)),
    put: (id: string, definition: ImportDefinition) =>
      call<ImportView>('PUT', byId('imports', id), definition),
    delete: (id: string) => call<void>('DELETE', byId('imports', id)),
  },
  clients: { list: () => call<ClientView[]>('GET', '/clients') },
  clock: {
    get: () => call<ClockView>('GET', '/clock'),
    freeze: () => call<ClockView>('POST', '/clock/freeze'),
    resume: () => call<ClockView>('POST', '/clock/resume'),
    reset: () => call<ClockView>('POST', '/clock/reset'),
    set: (at: string) => call<ClockView>('POST', '/clock/set', { at }),
    advance: (by: string) => call<ClockView>('POST', '/clock/advance', { by }),
  },
  faults: {
    list: () => call<FaultView[]>('GET', '/faults'),
    arm: (fault: FaultDefinition) => call<FaultView>('POST', '/faults', fault),
    disarm: (id: string) => call<void>('DELETE', byId('faults', id)),
    clear: () => call<void>('DELETE', '/faults'),
  },
  service: {
    get: () => call<Service>('GET', '/service'),
    set: (changes: object) => call<Service>('PATCH', '/service', changes),
  },
  journal: { clear: () => call<void>('DELETE', '/journal') },
  tokens: { mint: (spec: TokenSpec) => call<MintedToken>('POST', '/tokens', spec) },
  workspaces: { list: () => call<string[]>('GET', '/workspaces') },
}
