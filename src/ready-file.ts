import { access, constants, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { InputError } from './domain/errors.js'

/** Removes what an earlier run left behind, which would promise too much. Throws where it can't be written. */
export async function prepareReadyFile(path: string): Promise<void> {
  await rm(path, { force: true }).catch(refuse)
  await access(dirname(path), constants.W_OK).catch(refuse)
}

/** A reader that waits for the file finds it whole or not at all. */
export async function writeReadyFile(path: string, url: string): Promise<void> {
  const part = partOf(path)
  try {
    await writeFile(part, `${url}\n`)
    await rename(part, path)
  } catch (error) {
    await removePart(path)
    refuse(error as Error)
  }
}

/** Removes the file, and what is written of it so far. */
export async function removeReadyFile(path: string): Promise<void> {
  await removePart(path)
  await rm(path, { force: true })
}

async function removePart(path: string): Promise<void> {
  // A folder in its place is not ours.
  await rm(partOf(path), { force: true }).catch(() => {})
}

function partOf(path: string): string {
  return `${path}.part`
}

function refuse({ message }: Error): never {
  throw new InputError({ path: '--ready-file', message: `cannot be written: ${message}` })
}
