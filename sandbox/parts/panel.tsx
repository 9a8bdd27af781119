import type { ComponentChildren } from 'preact'
import { useRef } from 'preact/hooks'
import { closePanel } from '../state/panel.js'
import { useFormFocus } from './focus.js'

interface PanelProps {
  readonly title: string
  /** True if it opens by itself: it leaves the focus where it is. */
  readonly isQuiet?: boolean
  readonly onClose?: () => void
  readonly children: ComponentChildren
}

const none = { current: null }

/** A panel above the view. Escape closes it, and the focus goes back to its button. */
export function Panel({ title, isQuiet = false, onClose = closePanel, children }: PanelProps) {
  const section = useRef<HTMLElement>(null)
  useFormFocus(isQuiet ? none : section)
  return (
    <section
      ref={section}
      class="panel offer"
      aria-label={title}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.isComposing) return
        event.preventDefault()
        onClose()
      }}
    >
      <div class="panel-head">
        <h2>{title}</h2>
        <button type="button" class="quiet" onClick={onClose}>
          Close
        </button>
      </div>
      {children}
    </section>
  )
}
