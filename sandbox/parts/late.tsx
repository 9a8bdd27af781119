import { signal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'
import { tell } from '../state/notice.js'

/** A component whose code is loaded when somebody first opens it. */
export function late<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  const loaded = signal<ComponentType<P> | undefined>(undefined)
  return (props: P) => {
    useEffect(() => {
      if (loaded.value !== undefined) return
      load().then(
        (component) => {
          loaded.value = component
        },
        () => tell('This part of the page cannot be loaded. Reload the page.', true),
      )
    }, [])
    const Loaded = loaded.value
    return Loaded === undefined ? <p class="muted">Loading…</p> : <Loaded {...props} />
  }
}
