import { randomUUID } from 'node:crypto'
import { readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { clearInterval, monotonicNow, setInterval, setTimeout, wallNow } from '../real-time.js'

/*
 * A lock on a file that several processes could write, also in containers that share a volume. Node has no lock of the operating
 * system, and a process id says nothing in another container. So the owner touches the lock file each second: an owner that
 * was killed is recognized by its process id on the same host, and elsewhere by a lock that nobody touches.
 */

/** A lock has no owner any more if it was not touched in so many intervals. */
const staleTouches = 3

/** A lock that nobody touched for so long needs no second look, in milliseconds. */
const longAgoMs = 30_000

interface Owner {
  readonly id: string
  readonly host: string
  readonly pid: number
}

/** A lock that is held. */
export interface FileLock {
  /** Resolves to false if another process took the lock, because this one did not touch it for too long. */
  isHeld(): Promise<boolean>
  release(): Promise<void>
}

/** The locks of this process, by their ids. */
const held = new Set<string>()

/**
 * Takes the lock of a file. Resolves to its owner's process id where it is held. It waits up to three intervals to find out if
 * the owner on another host is alive. Rejects if the lock file cannot be written.
 *
 * @param touchMs - the interval in which an owner touches its lock, in milliseconds
 */
export async function lockFile(
  path: string,
  touchMs = 1000,
): Promise<FileLock | { readonly heldBy: number }> {
  const lockPath = `${path}.lock`
  const own: Owner = { id: randomUUID(), host: hostname(), pid: process.pid }
  while (!(await create(lockPath, own))) {
    const owner = await readOwner(lockPath)
    if (owner !== undefined && (await isAlive(owner, lockPath, touchMs * staleTouches))) {
      return { heldBy: owner.pid }
    }
    await replace(lockPath, own)
    if ((await readOwner(lockPath))?.id === own.id) break
  }
  held.add(own.id)
  const touch = () => {
    const now = wallNow() / 1000
    utimes(lockPath, now, now).catch(() => {})
  }
  const touching = setInterval(touch, touchMs).unref()
  const isHeld = async () => (await readOwner(lockPath))?.id === own.id
  return {
    isHeld,
    async release() {
      clearInterval(touching)
      if (await isHeld()) await rm(lockPath, { force: true }).catch(() => {})
      held.delete(own.id)
    },
  }
}

/** Returns false if there is a lock file already. */
async function create(lockPath: string, own: Owner): Promise<boolean> {
  try {
    await writeFile(lockPath, JSON.stringify(own), { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Takes the place of an owner that is gone. Of several processes that do so, the last one has the lock. */
async function replace(lockPath: string, own: Owner): Promise<void> {
  const part = `${lockPath}.${own.id}`
  await writeFile(part, JSON.stringify(own), { mode: 0o600 })
  await rename(part, lockPath)
}

/** The owner of a lock. Its process may have been killed before it wrote its name. */
async function readOwner(lockPath: string): Promise<Owner | undefined> {
  try {
    const owner = JSON.parse(await readFile(lockPath, 'utf8'))
    return typeof owner.id === 'string' ? owner : { id: '', host: '', pid: 0 }
  } catch (error) {
    const isGone = (error as NodeJS.ErrnoException).code === 'ENOENT'
    return isGone ? undefined : { id: '', host: '', pid: 0 }
  }
}

async function isAlive(
  { id, host, pid }: Owner,
  lockPath: string,
  staleMs: number,
): Promise<boolean> {
  if (host === hostname()) {
    // In a container that was started again, the id of the process is the same.
    if (pid === process.pid) return held.has(id)
    if (!isRunning(pid)) return false
  }
  const touchedAt = await touchTime(lockPath)
  if (touchedAt === undefined || wallNow() - touchedAt > longAgoMs) return false
  const end = monotonicNow() + staleMs
  while (monotonicNow() < end) {
    await new Promise((resolve) => setTimeout(resolve, 20))
    const now = await touchTime(lockPath)
    if (now !== touchedAt) return now !== undefined
  }
  return false
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // A process of another user may not be signalled.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function touchTime(lockPath: string): Promise<number | undefined> {
  return (await stat(lockPath).catch(() => undefined))?.mtimeMs
}
