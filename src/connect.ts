import { type CallVerb, createControl, type EmulatorControl } from './control.js'
import { asJson, type ControlRoute, controlRoutes, parse } from './domain/control-routes.js'
import { ControlError, controlErrorCodes, InputError } from './domain/errors.js'
import { quoted } from './domain/visible-text.js'

/** How to speak to an emulator elsewhere. */
export interface ConnectOptions {
  /** What the emulator was started with as `--control-token`. */
  readonly controlToken?: string | undefined
}

/**
 * Speaks to an emulator in another process or a container, in the same vocabulary as `startEmulator` gives.
 * @param url - its address, such as `http://127.0.0.1:4080`
 * @throws InputError where that is no http or https URL
 * @throws ControlError with each method; a network failure is the `TypeError` of `fetch`
 */
export function connectEmulator(
  url: string | URL,
  { controlToken }: ConnectOptions = {},
): EmulatorControl {
  const base = requireHttpUrl(url)
  const authorization =
    controlToken === undefined ? {} : { authorization: `Bearer ${controlToken}` }

  const call: CallVerb = async (workspace, name, input) => {
    const route: ControlRoute = controlRoutes[name]
    const prefix = workspace === undefined ? '' : `/w/${encodeURIComponent(workspace)}`
    const { path, body } = toRequest(
      route,
      parse(route.schema, asJson(input)) as Record<string, unknown>,
    )
    const response = await fetch(`${base}${prefix}/__control${path}`, {
      method: route.method,
      headers:
        body === undefined
          ? authorization
          : { ...authorization, 'content-type': 'application/json' },
      body: body ?? null,
    })
    return readAnswer(response, await response.text())
  }
  return createControl(base, call)
}

function requireHttpUrl(url: unknown): string {
  const text = String(url)
  if (/^https?:/.test(text) && URL.canParse(text)) return text.replace(/\/+$/, '')
  const message = `must be the URL of an emulator, like http://127.0.0.1:4080, and not ${quoted(String(url))}`
  throw new InputError({ path: 'url', message })
}

/** The arguments, each where the route has it: in the path, in the query, or in the body. */
function toRequest(route: ControlRoute, input: Readonly<Record<string, unknown>>) {
  const rest = { ...input }
  const path = route.path.replace(/:(\w+)/g, (_, name: string) => {
    delete rest[name]
    return toPathSegment(name, String(input[name]))
  })
  if (route.body !== undefined) return { path, body: JSON.stringify(rest[route.body]) }
  if (Object.keys(rest).length === 0) return { path }
  if (route.method === 'POST' || route.method === 'PATCH')
    return { path, body: JSON.stringify(rest) }
  const query = new URLSearchParams(
    Object.entries(rest).map(([name, value]): [string, string] => [name, String(value)]),
  )
  return { path: `${path}?${query}` }
}

function toPathSegment(name: string, text: string): string {
  // `.` and `..` are steps of a path even when they are encoded (URL standard).
  const segment = /^\.{0,2}$/.test(text) ? undefined : encode(text)
  if (segment !== undefined) return segment
  const message = `${quoted(text)} cannot stand in the path of a URL`
  throw new ControlError('invalid_input', message, name)
}

function encode(text: string): string | undefined {
  try {
    return encodeURIComponent(text)
  } catch {
    // Half of a surrogate pair.
    return undefined
  }
}

/** The result of a verb. Throws where it was refused, or where something else answers. */
function readAnswer({ ok, status, url }: Response, text: string): unknown {
  const value = parseJson(text)
  if (ok && (text === '' || value !== undefined)) return value
  const { error, message = '', path } = Object(value) as Partial<Record<string, string>>
  const code = controlErrorCodes.find((it) => it === error)
  throw code === undefined
    ? new Error(`What answers at ${url} is no emulator: ${status} ${text.slice(0, 200)}`)
    : new ControlError(code, message, path)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
