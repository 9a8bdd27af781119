import { signal } from '@preact/signals'

/** The part of the path before `/__sandbox/`: empty, or `/w/<name>` in a workspace. */
const base = location.pathname.replace(/\/__sandbox\/.*$/s, '')

/** The workspace that the page shows; undefined for the main one. */
export const workspace = base === '' ? undefined : base.slice('/w/'.length)

/** The base address of the rostering API. */
export const apiUrl = location.origin + base

/** The page in another workspace, at the same view. */
export function openWorkspace(name: string | undefined): void {
  const prefix = name === undefined ? '' : `/w/${name}`
  location.assign(`${prefix}/__sandbox/${location.hash.split('?')[0]}`)
}

const tokenKey = 'control-token'

/** Kept as long as the tab is open. */
export const controlToken = signal(sessionStorage.getItem(tokenKey))

/** True if the control API refused the page's token: the page then asks for the control token. */
export const isLocked = signal(false)

/** Returns whether a header can carry the token: it holds no character beyond Latin-1. */
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
