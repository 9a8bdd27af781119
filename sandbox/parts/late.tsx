import { signal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'
import { tell } from '../state/notice.js'

type Parts = typeof import('../late-parts.js')

const parts = signal<Parts | undefined>(undefined)

/** Loads the parts that are not needed at first. */
export async function loadParts(): Promise<void> {
  try {
    parts.value ??= await import('../late-parts.js')
    await parts.value.loadDocument('rostering')
  } catch {
    tell('This part of the page cannot be loaded. Reload the page.', true)
  }
}

/** A component whose code is loaded when somebody first opens it. */
export function late<P extends object>(pick: (parts: Parts) => ComponentType<P>): ComponentType<P> {
  return (props: P) => {
    useEffect(() => void loadParts(), [])
    if (parts.value === undefined) return <p class="muted">Loading…</p>
    const Part = pick(parts.value)
    return <Part {...props} />
  }
}
