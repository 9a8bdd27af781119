import { useRef, useState } from 'preact/hooks'
import { Choice } from '../parts/field.js'
import { useFormFocus } from '../parts/focus.js'
import { load, type OfferedFile, offered } from '../state/scenario-file.js'

/** Asks how to load the file that was dropped or chosen. */
export function OfferedScenario() {
  const file = offered.value
  return file === undefined ? null : <LoadForm key={file.text} file={file} />
}

const modes = [
  ['replace', 'replaces everything that is defined'],
  ['merge', 'is merged: same ids are replaced, the others stay'],
] as const

function LoadForm({ file }: { readonly file: OfferedFile }) {
  const [mode, setMode] = useState<(typeof modes)[number][0]>('replace')
  const form = useRef<HTMLFormElement>(null)
  useFormFocus(form)
  return (
    <form
      ref={form}
      class="panel offer"
      aria-label="Load scenario"
      onSubmit={(event) => {
        event.preventDefault()
        void load(file, mode)
      }}
    >
      <Choice label={file.name} value={mode} options={modes} onChange={setMode} />
      <div class="group">
        <button type="submit" class="primary">
          Load
        </button>
        <button
          type="button"
          onClick={() => {
            offered.value = undefined
          }}
        >
          Cancel
        </button>
      </div>
      <div role="alert" class="messages">
        {file.mistakes.length > 0 && (
          <>
            <p>
              Nothing has changed, because the file has mistakes. Correct them, and drop it again.
            </p>
            <ul class="messages">
              {file.mistakes.map((line) => (
                <li key={line} class="message failed mono">
                  {line}
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
    </form>
  )
}
