/*
 * The globals that the bundled library uses, its dependencies included, as they were when it was loaded. Tests fake timers and
 * dates, and their environments (jsdom, other realms) replace or lack some; a server has to go on all the same. esbuild puts each
 * name in place of the global of that name.
 */
import * as buffer from 'node:buffer'
import { webcrypto } from 'node:crypto'
import * as hooks from 'node:perf_hooks'
import * as timers from 'node:timers'
import * as urls from 'node:url'
import * as util from 'node:util'
import * as v8 from 'node:v8'

export const {
  clearImmediate,
  clearInterval,
  clearTimeout,
  setImmediate,
  setInterval,
  setTimeout,
} = timers
export const { performance } = hooks
export const { Buffer } = buffer
export const { URL, URLSearchParams } = urls
export const { TextDecoder, TextEncoder } = util
export const crypto = webcrypto
const { Date: date } = globalThis
// That of Node's own buffers: the global one can be of another realm.
const uint8Array = Object.getPrototypeOf(buffer.Buffer)
const clone = globalThis.structuredClone ?? ((value) => v8.deserialize(v8.serialize(value)))

export { clone as structuredClone, date as Date, uint8Array as Uint8Array }

// Faked when this is loaded: microtasks of promises cannot be faked.
const soon = (callback, ...args) => void Promise.resolve().then(() => callback(...args))
const unlessFaked = (callback) => ('clock' in callback ? soon : callback)
const microtask = unlessFaked(globalThis.queueMicrotask)
const nextTick = unlessFaked(process.nextTick)

export { microtask as queueMicrotask, nextTick as 'process.nextTick' }
