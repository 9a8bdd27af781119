import { readFile } from 'node:fs/promises'
import { InputError } from './domain/errors.js'
import type { ResolvedOptions } from './emulator-options.js'
import { controlTokenMistake } from './option-specs.js'

const path = '--control-token-file'

/** Reads the control token from its file, if the options name one. Throws an `InputError` that never shows the token. */
export async function withControlToken(options: ResolvedOptions): Promise<ResolvedOptions> {
  const { controlToken, controlTokenFile: file } = options
  if (file === undefined) return options
  if (controlToken !== undefined) {
    throw new InputError({ path, message: 'cannot be used together with --control-token' })
  }
  const text = await readFile(file, 'utf8').catch(({ message }: Error) => {
    throw new InputError({ path, message: `cannot be read: ${message}` })
  })
  const token = text.trim()
  const mistake = token === '' ? 'is empty' : controlTokenMistake(token)
  if (mistake !== undefined) throw new InputError({ location: file, path, message: mistake })
  return { ...options, controlToken: token }
}
