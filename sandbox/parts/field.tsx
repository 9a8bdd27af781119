import type { ComponentChildren } from 'preact'
import { useId, useLayoutEffect } from 'preact/hooks'
import { refused } from '../state/notice.js'

interface FieldProps {
  readonly label: string
  readonly value: string
  readonly onInput: (value: string) => void
  readonly hint?: string
  readonly placeholder?: string
  /** Not shown while it is typed. */
  readonly isSecret?: boolean
  readonly required?: boolean
  readonly mono?: boolean
  /** More than one line of text. */
  readonly rows?: number
  /** The field of the control API. A refusal of it is shown here. */
  readonly path?: string
}

/** A text with its label. */
export function Field({
  label,
  value,
  onInput,
  hint,
  rows,
  mono,
  isSecret,
  path,
  ...rest
}: FieldProps) {
  const id = useId()
  const error = errorAt(path)
  const note = error ?? hint
  const described = note === undefined ? {} : { 'aria-describedby': `${id}-hint` }
  useLayoutEffect(() => {
    if (error !== undefined) document.getElementById(id)?.focus()
  }, [error])
  const shared = {
    id,
    value,
    class: mono ? 'mono' : '',
    spellcheck: false,
    autocomplete: 'off',
    'aria-invalid': error === undefined ? undefined : ('true' as const),
    onInput: ({ currentTarget }: { currentTarget: { value: string } }) => {
      if (error !== undefined) refused.value = undefined
      onInput(currentTarget.value)
    },
    ...described,
    ...rest,
  }
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {rows !== undefined && <textarea {...shared} rows={rows} />}
      {rows === undefined && isSecret && <input {...shared} type="password" />}
      {rows === undefined && !isSecret && <input {...shared} type="text" />}
      {note && (
        <small id={`${id}-hint`} class={error === undefined ? 'muted' : 'error'}>
          {note}
        </small>
      )}
    </div>
  )
}

/** The refusal of a field, or of a part of it such as `scopes[0]`. */
function errorAt(path: string | undefined): string | undefined {
  const { value } = refused
  if (path === undefined || value === undefined) return undefined
  return value.path === path || value.path.startsWith(`${path}[`) ? value.message : undefined
}

interface ChoiceProps<T extends string> {
  readonly label: string
  readonly value: T
  readonly options: readonly (readonly [value: T, word: string])[]
  readonly onChange: (value: T) => void
}

/** One of a few words. */
export function Choice<T extends string>({ label, value, options, onChange }: ChoiceProps<T>) {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.currentTarget.value as T)}>
        {options.map(([option, word]) => (
          <option key={option} value={option} selected={option === value}>
            {word}
          </option>
        ))}
      </select>
    </div>
  )
}

interface SegmentsProps<T extends string> extends ChoiceProps<T> {
  /** Beside each word. */
  readonly counts?: Readonly<Partial<Record<T, number>>>
}

/** The same, all in sight. */
export function Segments<T extends string>({
  label,
  value,
  options,
  onChange,
  counts,
}: SegmentsProps<T>) {
  return (
    <fieldset class="segments">
      <legend class="hidden">{label}</legend>
      {options.map(([option, word]) => (
        <button
          key={option}
          type="button"
          aria-pressed={option === value}
          onClick={() => onChange(option)}
        >
          {word}{' '}
          {counts?.[option] !== undefined && (
            <span class="count">{counts[option].toLocaleString('en')}</span>
          )}
        </button>
      ))}
    </fieldset>
  )
}

export function Empty({
  title,
  children,
}: {
  readonly title: string
  readonly children?: ComponentChildren
}) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children && <p class="muted">{children}</p>}
    </div>
  )
}
