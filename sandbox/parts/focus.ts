import type { RefObject } from 'preact'
import { useLayoutEffect } from 'preact/hooks'

/**
 * Moves the focus into the first field of a form when it opens. When the form closes with the focus in it, the focus goes back to
 * the button that opened it, or to one of the same name that took its place.
 */
export function useFormFocus(form: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const opener = document.activeElement as HTMLElement | null
    const element = form.current
    const field = element?.querySelector<HTMLElement>('input:not([hidden]), select, textarea')
    const first = field ?? element?.querySelector('button')
    first?.focus()
    return () => {
      if (element === null || !element.contains(document.activeElement)) return
      // The element that replaces the form is drawn first.
      requestAnimationFrame(() => focusLike(opener))
    }
  }, [])
}

function focusLike(opener: HTMLElement | null): void {
  if (opener === null || document.activeElement !== document.body) return
  const buttons = [...document.querySelectorAll('button')]
  const heir = buttons.find(({ textContent }) => textContent === opener.textContent)
  const target = opener.isConnected ? opener : heir
  target?.focus()
}
