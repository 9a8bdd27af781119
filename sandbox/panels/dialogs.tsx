import type { ComponentChildren } from 'preact'
import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import { findActions, placeAfter } from '../palette.js'
import { actions } from '../state/actions.js'
import { dialog } from '../state/dialog.js'

/** The dialog that is open: the palette, or the list of keys. */
export function OpenDialog() {
  return dialog.value === 'palette' ? <Palette /> : <Help />
}

function close(): void {
  dialog.value = undefined
}

function Modal({
  label,
  children,
}: {
  readonly label: string
  readonly children: ComponentChildren
}) {
  const element = useRef<HTMLDialogElement>(null)
  useLayoutEffect(() => {
    const before = document.activeElement as HTMLElement | null
    element.current?.showModal()
    return () => before?.focus()
  }, [])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it, too
    <dialog
      ref={element}
      aria-label={label}
      onClose={close}
      onClick={(event) => event.target === element.current && close()}
    >
      {children}
    </dialog>
  )
}

/** Every action of the page, found by a few letters. */
function Palette() {
  const [text, setText] = useState('')
  const [place, setPlace] = useState(0)
  const found = findActions(actions(text), text)
  const run = (index: number) => {
    close()
    // The dialog gives the focus back first.
    const action = found[index]
    if (action !== undefined) setTimeout(action.run)
  }
  return (
    <Modal label="Actions">
      <input
        type="text"
        role="combobox"
        aria-label="Action"
        aria-expanded="true"
        aria-controls="actions"
        aria-activedescendant={found.length === 0 ? undefined : `action-${place}`}
        placeholder="An action, or the id of an import"
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value)
          setPlace(0)
        }}
        onKeyDown={(event) => {
          const next = placeAfter(event.key, place, found.length)
          if (next !== undefined && event.key.startsWith('Arrow')) {
            event.preventDefault()
            setPlace(next)
            document.getElementById(`action-${next}`)?.scrollIntoView({ block: 'nearest' })
          } else if (event.key === 'Enter') {
            event.preventDefault()
            run(place)
          }
        }}
      />
      <div role="listbox" id="actions" aria-label="Actions">
        {found.map(({ label }, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents lint/a11y/useFocusableInteractive: the field above has the keys
          <div
            key={label}
            id={`action-${index}`}
            role="option"
            aria-selected={index === place}
            onClick={() => run(index)}
          >
            <bdi>{label}</bdi>
          </div>
        ))}
      </div>
      {found.length === 0 && <p class="muted">No such action.</p>}
    </Modal>
  )
}

const keys = [
  ['Ctrl K or ⌘ K', 'every action of the page'],
  ['/', 'search'],
  ['↑ ↓ Home End', 'move in a list'],
  ['Enter', 'open a row'],
  ['Esc', 'close what is open'],
  ['?', 'these keys'],
] as const

function Help() {
  return (
    <Modal label="Keys">
      <h2>Keys</h2>
      <dl class="keys">
        {keys.map(([key, text]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <button type="button" onClick={close}>
        Close
      </button>
    </Modal>
  )
}
