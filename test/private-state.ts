import { Session } from 'node:inspector'
import { LRUCache } from 'lru-cache'

/**
 * Everything that an object holds, its private fields included, as plain data: the inspector sees them. A field that somebody adds
 * to a class is part of it at once.
 */
export function readState(value: unknown, ignored: readonly string[] = []): unknown {
  const session = new Session()
  session.connect()
  const names = new Map<object, string>()
  const read = (value: unknown, name: string): unknown => {
    if (typeof value === 'function') return '[function]'
    if (typeof value !== 'object' || value === null) return value
    const known = names.get(value)
    if (known !== undefined && isInstance(value)) return `[as ${known}]`
    names.set(value, name)
    if (Buffer.isBuffer(value)) return value.toString('base64')
    if (value instanceof LRUCache) return [...value.rentries()].map((it) => read(it, name))
    if (value instanceof Map) return [...value].map((it) => read(it, name))
    if (value instanceof Set) return [...value].map((it) => read(it, name))
    if (Array.isArray(value)) return value.map((it) => read(it, name))
    // A source of random numbers keeps them in a closure.
    const fields: Record<string, unknown> =
      'save' in value && typeof value.save === 'function' && !isInstance(value)
        ? { state: value.save() }
        : { ...value, ...(isInstance(value) ? privateFieldsOf(session, value) : {}) }
    return Object.fromEntries(
      Object.entries(fields)
        .filter(([field, item]) => !ignored.includes(field) && item !== undefined)
        .map(([field, item]) => [field, read(item, `${name}.${field}`)]),
    )
  }
  const state = read(value, 'state')
  session.disconnect()
  return state
}

function isInstance(value: object): boolean {
  return ![Object.prototype, Array.prototype, null].includes(Object.getPrototypeOf(value))
}

declare global {
  var inspected: unknown
}

function privateFieldsOf(session: Session, object: object): Record<string, unknown> {
  const fields: Record<string, unknown> = {}
  globalThis.inspected = object
  session.post('Runtime.evaluate', { expression: 'inspected' }, (_error, { result }) => {
    const { objectId = '' } = result
    session.post('Runtime.getProperties', { objectId, ownProperties: true }, (_error, found) => {
      // Node's types do not know the private properties.
      const { privateProperties = [] } = found as typeof found & {
        privateProperties?: { name: string; value: { objectId?: string; value?: unknown } }[]
      }
      for (const { name, value } of privateProperties) {
        if (value.objectId === undefined) fields[name] = value.value
        else fields[name] = take(session, value.objectId)
      }
    })
  })
  return fields
}

/** The object of an id of the inspector. */
function take(session: Session, objectId: string): unknown {
  const functionDeclaration = 'function () { globalThis.inspected = this }'
  session.post('Runtime.callFunctionOn', { objectId, functionDeclaration })
  return globalThis.inspected
}
