import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'

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
}

/** A text with its label. */
export function Field({ label, value, onInput, hint, rows, mono, isSecret, ...rest }: FieldProps) {
  const id = useId()
  const described = hint === undefined ? {} : { 'aria-describedby': `${id}-hint` }
  const shared = {
    id,
    value,
    class: mono ? 'mono' : '',
    spellcheck: false,
    autocomplete: 'off',
    onInput: ({ currentTarget }: { currentTarget: { value: string } }) =>
      onInput(currentTarget.value),
    ...described,
    ...rest,
  }
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {rows !== undefined && <textarea {...shared} rows={rows} />}
      {rows === undefined && isSecret && <input {...shared} type="password" />}
      {rows === undefined && !isSecret && <input {...shared} type="text" />}
      {hint && (
        <small id={`${id}-hint`} class="muted">
          {hint}
        </small>
      )}
    </div>
  )
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
