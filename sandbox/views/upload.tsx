import { useRef } from 'preact/hooks'
import { isDragging, takeFiles } from '../state/upload.js'

/** Takes a file to upload. One may also be dropped anywhere on the page. */
export function UploadButton() {
  const input = useRef<HTMLInputElement>(null)
  return (
    <>
      <button type="button" onClick={() => input.current?.click()}>
        Upload CSV…
      </button>
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept=".csv,.zip,text/csv"
        onChange={({ currentTarget }) => {
          void takeFiles([...(currentTarget.files ?? [])])
          currentTarget.value = ''
        }}
      />
    </>
  )
}

/** Shown while a file is dragged over the page. */
export function DropHint() {
  if (!isDragging.value) return null
  return (
    <p class="drop-hint" aria-hidden="true">
      Drop a CSV file to upload it, or a scenario to load it
    </p>
  )
}
