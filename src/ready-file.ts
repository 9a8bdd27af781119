import { access, constants, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { InputError } from './domain/errors.js'

/** Removes what an earlier run left behind, which would promise too much. Throws where it can't be written. */
export async function prepareReadyFile(path: string): Promise<void> {
  await removeReadyFile(path).catch(refuse)
  await access(dirname(path), constants.W_OK).catch(refuse)
}

/** Whoever waits for the file finds it whole or not at all. */
export async function writeReadyFile(path: string, url: string): Promise<void> {
  const part = `${path}.part`
  await writeFile(part, `${url}\n`)
    .then(() => rename(part, path))
    .catch(refuse)
}

export async function removeReadyFile(path: string): Promise<void> {
  await rm(path, { force: true })
}

function refuse({ message }: Error): never {
  throw new InputError({ path: '--ready-file', message: `cannot be written: ${message}` })
}
