import { useState } from 'preact/hooks'
import { Field } from './parts/field.js'
import { controlToken, isBearable, unlock } from './state/session.js'

/** Asks for the control token. */
export function Unlock() {
  const [token, setToken] = useState('')
  const [isRefused, setRefused] = useState(false)
  return (
    <main class="unlock">
      <h1>TAO upload emulator</h1>
      <p class="muted" role="status">
        {isRefused
          ? 'That cannot be a control token: it has characters that no HTTP header can hold.'
          : controlToken.value === null
            ? 'This emulator was started with a control token.'
            : 'That is not the control token of this emulator.'}
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          setRefused(!isBearable(token))
          if (isBearable(token)) unlock(token)
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
