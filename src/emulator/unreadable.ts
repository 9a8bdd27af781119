import { InputError } from '../domain/errors.js'

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  EACCES: 'may not be read by this user',
  EISDIR: 'is a folder',
}

/** Tells the person who named a path why it cannot be read. */
export function unreadable(path: string): (cause: NodeJS.ErrnoException) => never {
  return ({ code }) => {
    throw new InputError({ path, message: reasons[String(code)] ?? `cannot be read: ${code}` })
  }
}
