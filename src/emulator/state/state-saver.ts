import { InputError } from '../../domain/errors.js'
import type { EmulatorLogger } from '../emulator-logger.js'
import type { ChangeCounter } from '../journal/journal.js'
import { clearInterval, monotonicNow, setInterval } from '../real-time.js'
import { type FileLock, lockFile } from './file-lock.js'
import { writeStateFile } from './state-file.js'

/** A state that changes. */
export interface SavedState {
  readonly changes: Readonly<ChangeCounter>
  /** The text of the state file. */
  text(): string
}

/** Saves a state after changes: at most once a second, and at the end. */
export interface StateSaver {
  start(state: SavedState): void
  /** Saves what changed since, and gives the file free. */
  stop(): Promise<void>
}

/** The share of the time that saving a large state may take. */
const maxShare = 0.1

/**
 * Reserves a state file for this process. Throws an `InputError` if another process has it. Where nothing can be written, one line
 * of the log says so, and the emulator goes on.
 *
 * @param intervalMs - the shortest time between two saves, in milliseconds
 */
export async function reserveStateFile(
  path: string,
  logger: EmulatorLogger,
  intervalMs = 1000,
): Promise<StateSaver> {
  let failure: string | undefined
  const fail = (error: unknown) => {
    const { message } = error as Error
    if (failure === undefined) {
      const line = `The state is not saved, and the emulator goes on: ${message}`
      logger.error({ event: 'state-not-saved', path }, line)
    }
    failure = message
  }
  const lock = await takeLock(path).catch((error: unknown) => {
    if (error instanceof InputError) throw error
    fail(error)
  })
  let state: SavedState | undefined
  let savedCount = 0
  let saving: Promise<void> | undefined
  let nextAt = 0

  const save = async (state: SavedState) => {
    const startedAt = monotonicNow()
    const { count } = state.changes
    try {
      if (lock !== undefined && !(await lock.isHeld())) {
        throw new Error(`another process took over ${path}`)
      }
      await writeStateFile(path, state.text())
      savedCount = count
      if (failure !== undefined)
        logger.info({ event: 'state-saved', path }, 'The state is saved again')
      failure = undefined
    } catch (error) {
      fail(error)
    }
    nextAt = monotonicNow() + (monotonicNow() - startedAt) * (1 / maxShare - 1)
  }
  const saveIfChanged = () => {
    if (state === undefined || state.changes.count === savedCount) return saving
    saving ??= save(state).finally(() => {
      saving = undefined
    })
    return saving
  }
  const saveInTime = () => {
    if (monotonicNow() >= nextAt) saveIfChanged()
  }
  let timer: NodeJS.Timeout | undefined
  return {
    start(started) {
      state = started
      savedCount = started.changes.count
      timer = setInterval(saveInTime, intervalMs).unref()
    },
    async stop() {
      clearInterval(timer)
      await saving
      await saveIfChanged()
      await lock?.release()
    },
  }
}

async function takeLock(path: string): Promise<FileLock> {
  const lock = await lockFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
    throw new InputError({ path, message: 'its folder does not exist: create it' })
  })
  if (!('heldBy' in lock)) return lock
  const message = `is in use by another emulator (process ${lock.heldBy}). Stop it, or name another file`
  throw new InputError({ path, message })
}
