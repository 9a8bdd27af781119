import { type CallVerb, createControl, type EmulatorControl } from './control.js'
import { ControlError } from './domain/errors.js'
import type { ControlVerb } from './emulator/control-verb.js'
import { controlVerbs } from './emulator/control-verbs.js'

/** How to speak to an emulator elsewhere. */
export interface ConnectOptions {
  /** What the emulator was started with as `--control-token`. */
  readonly controlToken?: string
}

/**
 * Speaks to an emulator in another process or a container, in the same vocabulary as `startEmulator` gives.
 * @param url - its address, such as `http://127.0.0.1:4080`
 * @throws ControlError with each method; a network failure is that of `fetch`
 */
export function connectEmulator(
  url: string,
  { controlToken }: ConnectOptions = {},
): EmulatorControl {
  const base = url.replace(/\/+$/, '')
  const authorization =
    controlToken === undefined ? {} : { authorization: `Bearer ${controlToken}` }

  const call: CallVerb = async (workspace, name, input) => {
    const verb: ControlVerb = controlVerbs[name]
    const prefix = workspace === undefined ? '' : `/w/${encodeURIComponent(workspace)}`
    const { path, body } = toRequest(verb, input as Record<string, unknown>)
    const response = await fetch(`${base}${prefix}/__control${path}`, {
      method: verb.method,
      headers:
        body === undefined
          ? authorization
          : { ...authorization, 'content-type': 'application/json' },
      body: body ?? null,
    })
    const text = await response.text()
    if (response.ok) return text === '' ? undefined : JSON.parse(text)
    throw toControlError(response.status, text)
  }
  return createControl(base, call)
}

/** The arguments, each where the verb has it: in the path, in the query, or in the body. */
function toRequest(verb: ControlVerb, input: Readonly<Record<string, unknown>>) {
  const rest = { ...input }
  const path = verb.path.replace(/:(\w+)/g, (_, name: string) => {
    delete rest[name]
    return encodeURIComponent(String(input[name]))
  })
  if (verb.body !== undefined) return { path, body: JSON.stringify(rest[verb.body]) }
  if (Object.keys(rest).length === 0) return { path }
  if (verb.method === 'POST') return { path, body: JSON.stringify(rest) }
  const query = new URLSearchParams(
    Object.entries(rest).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)] as [string, string]],
    ),
  )
  return { path: `${path}?${query}` }
}

function toControlError(status: number, text: string): Error {
  try {
    const { error, message, path } = JSON.parse(text)
    return new ControlError(error, message, path)
  } catch {
    return new Error(`The emulator answered ${status}: ${text.slice(0, 200)}`)
  }
}
