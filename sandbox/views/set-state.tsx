import { useRef, useState } from 'preact/hooks'
import type { ImportView } from '../../src/domain/control/vocabulary.js'
import type { FixedState, ServerError } from '../../src/domain/imports/fixed-state.js'
import { kindWords } from '../kinds.js'
import { Field } from '../parts/field.js'
import { useFormFocus } from '../parts/focus.js'
import { numberOf } from '../parts/text.js'
import { failureOf, fixedAt, lineAt, settable } from '../set-state.js'
import { now } from '../state/clock.js'
import { control } from '../state/control.js'
import { act } from '../state/notice.js'
import { refresh } from '../state/start.js'

/** Lays a state over the definition of an import. The definition stays, and shows again on "Back to definition". */
export function SetState({ it }: { readonly it: ImportView }) {
  const [isFailing, setFailing] = useState(false)
  return (
    <>
      <fieldset class="set-state">
        <legend>Set to</legend>
        {settable.map((kind) => (
          <button
            key={kind}
            type="button"
            class={`chip ${kind}`}
            onClick={() => void override(it, fixedAt(kind, it, now.value), kindWords[kind])}
          >
            {kindWords[kind]}
          </button>
        ))}
        <button
          type="button"
          class="chip failed"
          aria-expanded={isFailing}
          onClick={() => setFailing(!isFailing)}
        >
          fail at line…
        </button>
      </fieldset>
      {isFailing && <FailForm it={it} onDone={() => setFailing(false)} />}
    </>
  )
}

function FailForm({ it, onDone }: { readonly it: ImportView; readonly onDone: () => void }) {
  const form = useRef<HTMLFormElement>(null)
  const [line, setLine] = useState(() => String(lineAt(it, now.value)))
  const [messages, setMessages] = useState('')
  useFormFocus(form)
  return (
    <form
      ref={form}
      class="stack"
      aria-label="Fail at line"
      onSubmit={async (event) => {
        event.preventDefault()
        const state = failureOf(line, messages)
        const word = `failed at line ${numberOf(Number(line))}`
        if (await override(it, state, word)) onDone()
      }}
    >
      <div class="one-line">
        <Field label="Line" value={line} onInput={setLine} path="fileLine" required />
        <Field
          label="Message"
          value={messages}
          onInput={setMessages}
          placeholder={`Line ${Number(line) + 1}: user_username is mandatory`}
        />
        <button type="submit" class="primary">
          Fail
        </button>
      </div>
    </form>
  )
}

/** Resolves to whether it went well. */
async function override(
  { referenceId: id, override: before }: ImportView,
  state: FixedState | ServerError,
  word: string,
): Promise<boolean> {
  let laid: ImportView['override'] = null
  const isLaid = await act(
    async () => {
      laid = (await control.imports.override(id, state)).override
    },
    `${id} is ${word} now`,
    {
      async run() {
        const { override: current } = await control.imports.get(id)
        if (JSON.stringify(current) !== JSON.stringify(laid)) {
          throw new Error(`${id} was changed meanwhile, so nothing is undone`)
        }
        if (before === null) await control.imports.clearOverride(id)
        else await control.imports.override(id, before as FixedState | ServerError)
      },
      done:
        before === null ? `${id} follows its definition again` : `${id} is as it was set before`,
    },
  )
  await refresh()
  return isLaid
}
