import { createControl } from './domain/control/create-control.js'
import type { EmulatorControl } from './domain/control/emulator-control.js'
import { type Arguments, encodeRequest } from './domain/control/request.js'
import {
  asJson,
  type CallRoute,
  type ControlRoute,
  controlRoutes,
  parse,
} from './domain/control/routes.js'
import { ControlError, controlErrorCodes, InputError, type Mistake } from './domain/errors.js'
import { quoted } from './domain/visible-text.js'

/** The options of `connectEmulator`. */
export interface ConnectOptions {
  /** The `--control-token` of the emulator. */
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

  const call: CallRoute = async (workspace, name, input, signal) => {
    const route: ControlRoute = controlRoutes[name]
    const prefix = workspace === undefined ? '' : `/w/${encodeURIComponent(workspace)}`
    const json = asJson(input)
    parse(route.schema, json)
    const { method, path, body, contentType } = encodeRequest(route, json as Arguments)
    const response = await fetch(`${base}${prefix}/__control${path}`, {
      method,
      headers:
        contentType === undefined
          ? authorization
          : { ...authorization, 'content-type': contentType },
      body: body ?? null,
      signal: signal ?? null,
    })
    return readResponse(response, await response.text(), route.resultType?.(json as Arguments))
  }
  return createControl(base, call)
}

function requireHttpUrl(url: unknown): string {
  const text = String(url)
  if (/^https?:/.test(text) && URL.canParse(text)) return text.replace(/\/+$/, '')
  const message = `must be the URL of an emulator, like http://127.0.0.1:4080, and not ${quoted(String(url))}`
  throw new InputError({ path: 'url', message })
}

/** The body of a refusal, if the server is an emulator. */
interface Refusal {
  readonly error?: string
  readonly message?: string
  readonly path?: string
  readonly mistakes?: readonly Mistake[]
}

/** The result of a call. Throws if it was refused, or if the server is not an emulator. */
function readResponse({ ok, status, url, headers }: Response, text: string, textType?: string) {
  if (ok && textType !== undefined && headers.get('content-type') === textType) return text
  const value = parseJson(text)
  if (ok && textType === undefined && (text === '' || value !== undefined)) return value
  const { error, message = '', path, mistakes } = Object(value) as Refusal
  const code = controlErrorCodes.find((it) => it === error)
  throw code === undefined
    ? new Error(`The server at ${url} is not an emulator: ${status} ${text.slice(0, 200)}`)
    : new ControlError(code, message, path, mistakes)
}

/** Undefined for what is no JSON. */
function parseJson(text: string) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
