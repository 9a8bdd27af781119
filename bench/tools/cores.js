import { execFileSync } from 'node:child_process'
import { availableParallelism, platform } from 'node:os'

/** Servers have a core, and everything that loads them has another. */
const serverCore = 0
const loadCore = 1

export const canPin = platform() === 'linux' && availableParallelism() > 1

const pinned = (core, command, args) =>
  canPin ? ['taskset', ['-c', String(core), command, ...args]] : [command, args]

export const onServerCore = (command, args) => pinned(serverCore, command, args)
export const onLoadCore = (command, args) => pinned(loadCore, command, args)

/** This process polls servers while they start: it must not take time from them. */
export function leaveServerCore() {
  if (canPin) execFileSync('taskset', ['-cp', String(loadCore), String(process.pid)])
}
