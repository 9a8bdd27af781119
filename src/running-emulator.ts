import { connectEmulator } from './connect.js'
import type { EmulatorControl } from './domain/control/emulator-control.js'
import { ControlError, InputError } from './domain/errors.js'

/** The flags of the fields and errors that an emulator may complain about. */
type Flags = Readonly<Record<string, string>>

/** Asks an emulator that runs. Throws an `InputError` that names the flag to change. */
export async function askRunning<T>(
  url: string,
  controlToken: string | undefined,
  flags: Flags,
  ask: (control: EmulatorControl) => Promise<T>,
): Promise<T> {
  /** `scopes[0]` came from `--scope`. */
  const flagFor = (path: string) =>
    ({ url: '--url', unauthorized: '--control-token', ...flags })[path.replace(/\[.*/, '')] ?? path
  try {
    return await ask(connectEmulator(url, { controlToken }))
  } catch (error) {
    if (error instanceof ControlError) {
      throw new InputError({ path: flagFor(error.path ?? error.code), message: error.message })
    }
    if (error instanceof InputError) {
      throw new InputError(error.mistakes.map((it) => ({ ...it, path: flagFor(it.path) })))
    }
    // `fetch` rejects with a cause where it gets no response. A fault of the emulator has none.
    if (!(error instanceof TypeError && error.cause)) throw error
    throw new InputError({ path: url, message: 'no emulator responds there: name one with --url' })
  }
}
