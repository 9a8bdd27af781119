/** What a key does: resolves to a line that says what has happened. */
export type KeyAction = () => Promise<string>

/** The input of a terminal. */
export type KeyInput = Pick<NodeJS.ReadStream, 'setRawMode' | 'on' | 'off' | 'pause' | 'resume'>

export interface KeyOptions {
  readonly actions: ReadonlyMap<string, KeyAction>
  print(line: string): void
  /** Ends the process, as Ctrl-C does. */
  quit(): void
  /** Stops the process until the shell continues it, as Ctrl-Z does. Resolves to true if it may read on. */
  suspend(): Promise<boolean>
}

const ctrlC = '\u0003'
const ctrlZ = '\u001A'

/**
 * Listens to single keys of a terminal. The terminal sends no signals meanwhile, so Ctrl-C and Ctrl-Z are keys like any other.
 * Returns a function that gives the terminal back.
 */
export function listenToKeys(
  input: KeyInput,
  { actions, print, quit, suspend }: KeyOptions,
): () => void {
  const begin = () => {
    input.setRawMode(true)
    input.on('data', read)
    input.resume()
  }
  const end = () => {
    input.off('data', read)
    input.pause()
    input.setRawMode(false)
  }
  const read = async (chunk: Buffer | string) => {
    const key = String(chunk)
    if (key === ctrlC || key === 'q') return quit()
    if (key === ctrlZ) {
      end()
      if (await suspend()) begin()
      return
    }
    // A text that is pasted is no key.
    const action = actions.get(key)
    if (action !== undefined) print(await action().catch(({ message }: Error) => message))
  }
  begin()
  return end
}
