import { useState } from 'preact/hooks'
import { callOf } from '../calls.js'
import { clientId, pickClient } from '../state/call.js'
import { cutOff, requestOf } from '../state/call-response.js'
import { control } from '../state/control.js'
import { clients, clientsKnown } from '../state/emulator.js'
import { act } from '../state/notice.js'
import { isScenarioFile } from '../state/scenario-file.js'
import { apiUrl } from '../state/session.js'
import { refresh } from '../state/start.js'

/** Uploads a CSV file as a client would, with a token made for it. */
export function Upload({ onUploaded }: { readonly onUploaded: (referenceId: string) => void }) {
  const [isOver, setOver] = useState(false)
  const take = async (file: File) => {
    await act(async () => {
      const referenceId = await upload(file)
      await refresh()
      onUploaded(referenceId)
    }, `${file.name} is uploaded`)
  }
  return (
    <section
      aria-label="Upload"
      class={isOver ? 'drop over' : 'drop'}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        const file = event.dataTransfer?.files[0]
        // The page asks how to load a scenario, wherever it is dropped.
        if (file !== undefined && !isScenarioFile(file)) void take(file)
      }}
    >
      <label class="pick">
        Drop a CSV file here, or <span class="link">choose one</span>
        <input
          type="file"
          class="hidden"
          accept=".csv,text/csv"
          onChange={({ currentTarget }) => {
            const file = currentTarget.files?.[0]
            if (file !== undefined) void take(file)
            currentTarget.value = ''
          }}
        />
      </label>
      <label class="as">
        as
        <select value={clientId.value} onChange={(event) => pickClient(event.currentTarget.value)}>
          {clients.value?.map((it) => (
            <option key={it.clientId} value={it.clientId}>
              {it.clientId}
            </option>
          ))}
        </select>
      </label>
    </section>
  )
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
