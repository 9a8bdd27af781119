import { useState } from 'preact/hooks'
import { Field } from './parts/field.js'
import { controlToken, unlock } from './state/session.js'

/** Asks for the control token. */
export function Unlock() {
  const [token, setToken] = useState('')
  return (
    <main class="unlock">
      <h1>TAO upload emulator</h1>
      <p class="muted">
        {controlToken.value === null
          ? 'This emulator was started with a control token.'
          : 'That is not the control token of this emulator.'}
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          unlock(token)
        }}
      >
        <Field label="Control token" isSecret value={token} onInput={setToken} required />
        <button type="submit" class="primary">
          Open
        </button>
      </form>
    </main>
  )
}
