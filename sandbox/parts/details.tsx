import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'

interface DetailsProps {
  readonly title: string
  /** True if the title is data, such as an id. */
  readonly mono?: boolean
  /** True if it stands above the list, as wide as the page. */
  readonly isWide?: boolean
  readonly onClose: () => void
  readonly children: ComponentChildren
}

/** A panel beside a list, or above it on a narrow screen. Escape closes it. */
export function Details({ title, mono, isWide, onClose, children }: DetailsProps) {
  const aside = useRef<HTMLElement>(null)
  // At once: the next key may already move the focus, or be Escape.
  useLayoutEffect(() => {
    const before = document.activeElement as HTMLElement | null
    const element = aside.current
    if (element === null) return
    const uncover = coverRest(element)
    return () => {
      uncover()
      if (element.contains(document.activeElement)) before?.focus()
    }
  }, [])
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing) return
      if (concerns(event.target, aside.current)) onClose()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [onClose])
  return (
    <aside class={isWide ? 'details wide' : 'details'} ref={aside} tabIndex={-1} aria-label={title}>
      <header>
        <h2 class={mono ? 'mono' : ''} dir="auto">
          {title}
        </h2>
        <button type="button" class="quiet" onClick={onClose}>
          Close
        </button>
      </header>
      {children}
    </aside>
  )
}

/** If the details cover everything, nothing else must have the focus. */
function coverRest(details: HTMLElement): () => void {
  const narrow = matchMedia('(width < 60rem)')
  const rest = document.querySelectorAll<HTMLElement>('.top, .list')
  const cover = (isCovered: boolean) => {
    for (const element of rest) element.inert = isCovered
  }
  const onWidth = () => {
    if (narrow.matches && !details.contains(document.activeElement)) details.focus()
    cover(narrow.matches)
  }
  onWidth()
  narrow.addEventListener('change', onWidth)
  return () => {
    narrow.removeEventListener('change', onWidth)
    cover(false)
  }
}

/** Returns whether a key was pressed in the details, on their list, or nowhere in particular. */
function concerns(target: EventTarget | null, details: HTMLElement | null): boolean {
  if (!(target instanceof Element) || target === document.body) return true
  if (details?.contains(target)) return true
  // A field has a use of its own for Escape.
  if (target.matches('input, select, textarea')) return false
  return details?.parentElement?.contains(target) === true
}

export function Facts({
  facts,
}: {
  readonly facts: readonly (readonly [string, ComponentChildren])[]
}) {
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** Text as it is. */
export function Code({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: long text is scrolled by keyboard too
    <section class="code" tabIndex={0} aria-label={label}>
      <pre>{text}</pre>
    </section>
  )
}
