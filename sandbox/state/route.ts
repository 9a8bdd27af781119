import { signal } from '@preact/signals'

export const views = ['imports', 'call', 'journal', 'faults'] as const

export type View = (typeof views)[number]

const viewOf = (hash: string): View => views.find((view) => `#${view}` === hash) ?? 'imports'

/** The view that the address names: a link leads to it, and Back leaves it. */
export const view = signal(viewOf(location.hash))

addEventListener('hashchange', () => {
  view.value = viewOf(location.hash)
})

export function open(name: View): void {
  location.hash = name
}
