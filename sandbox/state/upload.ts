import { signal } from '@preact/signals'
import { callOf } from '../calls.js'
import { clientId } from './call.js'
import { cutOff, requestOf } from './call-response.js'
import { control } from './control.js'
import { isWriting } from './drafts.js'
import { clientsKnown } from './emulator.js'
import { select } from './imports.js'
import { act } from './notice.js'
import { open } from './route.js'
import { isScenarioFile, offer } from './scenario-file.js'
import { apiUrl } from './session.js'
import { refresh } from './start.js'

/** True while a file is dragged over the page. */
export const isDragging = signal(false)

/** Files may be dropped anywhere on the page: a scenario is offered to load, anything else is uploaded. */
export function takeDroppedFiles(): void {
  addEventListener('dragover', ({ dataTransfer }) => {
    isDragging.value = dataTransfer?.types.includes('Files') ?? false
  })
  addEventListener('dragleave', ({ relatedTarget }) => {
    if (relatedTarget === null) isDragging.value = false
  })
  addEventListener('drop', ({ dataTransfer }) => {
    isDragging.value = false
    void takeFiles([...(dataTransfer?.files ?? [])])
  })
}

export async function takeFiles(files: readonly File[]): Promise<void> {
  for (const file of files) {
    if (isScenarioFile(file)) await offer(file)
    else await takeUpload(file)
  }
}

/** Uploads a file as a client would, with a token made for it, and shows its import. */
async function takeUpload(file: File): Promise<void> {
  await act(async () => {
    const referenceId = await upload(file)
    isWriting.value = false
    select(referenceId)
    open('imports')
    await refresh()
  }, `${file.name} is uploaded`)
}

async function upload(file: File): Promise<string> {
  // The page takes files as soon as it is there.
  await clientsKnown
  const minted = await control.tokens.mint({ clientId: clientId.value })
  const call = callOf('upload', {
    apiUrl,
    accessToken: minted.access_token,
    clientId: '',
    clientSecret: '',
    referenceId: '',
    fileName: file.name,
  })
  const response = await fetch(call.url, requestOf(call, file)).catch(() => undefined)
  const body = await response?.text().catch(() => undefined)
  if (response === undefined || body === undefined) throw new Error(cutOff)
  if (!response.ok) throw new Error(`The upload failed with status ${response.status}: ${body}`)
  const { result } = JSON.parse(body) as { result: { referenceId: string } }
  return result.referenceId
}
