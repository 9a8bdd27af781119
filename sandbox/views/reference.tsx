import { signal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'
import { tell } from '../state/notice.js'

const loaded = signal<ComponentType | undefined>(undefined)

/** The reference of both APIs. Its code and the documents are loaded when somebody opens it. */
export function ReferenceView() {
  useEffect(() => void load(), [])
  const Page = loaded.value
  return Page === undefined ? <p class="muted">Loading…</p> : <Page />
}

async function load(): Promise<void> {
  try {
    loaded.value ??= (await import('../reference/page.js')).ReferencePage
  } catch {
    tell('This part of the page cannot be loaded. Reload the page.', true)
  }
}
