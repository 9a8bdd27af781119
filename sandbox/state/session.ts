import { signal } from '@preact/signals'

/** What stands before `/__sandbox/`: nothing, or `/w/<name>` in a workspace. */
const base = location.pathname.replace(/\/__sandbox\/.*$/s, '')

/** The workspace that the page shows; undefined for the main one. */
export const workspace = base === '' ? undefined : base.slice('/w/'.length)

/** Where the vendor's API is. */
export const apiUrl = location.origin + base

/** The page in another workspace, at the same view. */
export function openWorkspace(name: string | undefined): void {
  const prefix = name === undefined ? '' : `/w/${name}`
  location.assign(`${prefix}/__sandbox/${location.hash}`)
}

const tokenKey = 'control-token'

/** Kept as long as the tab is open. */
export const controlToken = signal(sessionStorage.getItem(tokenKey))

/** Whether the control API refused what the page bears: it asks for the control token then. */
export const isLocked = signal(false)

/** Whether it can be sent: a header holds no character beyond Latin-1. */
export function isBearable(token: string): boolean {
  try {
    new Headers({ authorization: `Bearer ${token}` })
    return true
  } catch {
    return false
  }
}

export function unlock(token: string): void {
  sessionStorage.setItem(tokenKey, token)
  controlToken.value = token
  isLocked.value = false
}
