import type { ComponentChildren } from 'preact'
import { useRef } from 'preact/hooks'
import { closePanel } from '../state/panel.js'
import { useFormFocus } from './focus.js'

interface PanelProps {
  readonly title: string
  readonly children: ComponentChildren
}

/** A panel above the view. Escape closes it, and the focus goes back to its button. */
export function Panel({ title, children }: PanelProps) {
  const section = useRef<HTMLElement>(null)
  useFormFocus(section)
  return (
    <section
      ref={section}
      class="panel offer"
      aria-label={title}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.isComposing) return
        event.preventDefault()
        closePanel()
      }}
    >
      <div class="panel-head">
        <h2>{title}</h2>
        <button type="button" class="quiet" onClick={closePanel}>
          Close
        </button>
      </div>
      {children}
    </section>
  )
}
