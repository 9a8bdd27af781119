import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * Returns whether this process may read from its terminal. A shell stops one that reads from it in the background, as
 * `tao-upload-emulator &` is.
 */
export function isForeground(platform: NodeJS.Platform = process.platform): boolean {
  if (platform === 'win32') return true
  try {
    return platform === 'linux' ? ownsTerminal(readFileSync('/proc/self/stat', 'utf8')) : isMarked()
  } catch {
    return false
  }
}

/** Reads from proc(5) whether the process group of a process is that of its terminal. */
export function ownsTerminal(stat: string): boolean {
  // The name of the process, in parentheses, may hold anything.
  const [, , group, , , owner] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return group === owner
}

/** By ps(1): the state of a process in the foreground has a plus. */
function isMarked(): boolean {
  const args = ['-o', 'stat=', '-p', String(process.pid)]
  return execFileSync('ps', args, { encoding: 'utf8' }).includes('+')
}
