import type { EmulatorControl } from '../domain/control/emulator-control.js'
import { firstClient } from './settings.js'

/** A roster to upload. */
interface Roster {
  readonly csv: string
  readonly fileName?: string | undefined
  readonly clientId?: string | undefined
  readonly finish?: boolean | undefined
}

/** Uploads a file as a client does, and resolves to the response and the import that it made. */
export async function uploadRoster(
  control: EmulatorControl,
  { csv, fileName = 'roster.csv', clientId, finish = false }: Roster,
): Promise<unknown> {
  const id = clientId ?? (await firstClient(control))
  const { access_token } = await control.tokens.mint({ clientId: id })
  const body = new FormData()
  body.append('file', new Blob([csv]), fileName)
  const response = await fetch(`${control.url}/api/v1/upload/api/v1/upload`, {
    method: 'POST',
    headers: { authorization: `Bearer ${access_token}` },
    body,
  })
  const text = await response.text()
  const { status } = response
  const referenceId = /"referenceId":"([^"]+)"/.exec(text)?.[1]
  if (referenceId === undefined) return { status, body: text }
  const { state } = await (finish
    ? control.imports.finish(referenceId)
    : control.imports.get(referenceId))
  return { status, body: text, referenceId, state }
}
