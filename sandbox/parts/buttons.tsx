import { useEffect, useState } from 'preact/hooks'
import { copy } from './clipboard.js'

interface ConfirmButtonProps {
  readonly label: string
  readonly question: string
  /** The name for those who listen, where the label alone says too little. */
  readonly name?: string
  readonly onConfirm: () => void
}

const patienceMs = 8000

/** Asks once before it does what cannot be undone. */
export function ConfirmButton({ label, question, name, onConfirm }: ConfirmButtonProps) {
  const [isAsking, setAsking] = useState(false)
  useEffect(() => {
    if (!isAsking) return
    const timer = setTimeout(() => setAsking(false), patienceMs)
    return () => clearTimeout(timer)
  }, [isAsking])
  return (
    <button
      type="button"
      class={isAsking ? 'danger' : ''}
      aria-label={isAsking ? undefined : name}
      onClick={() => {
        if (isAsking) onConfirm()
        setAsking(!isAsking)
      }}
    >
      {isAsking ? question : label}
    </button>
  )
}

const praiseMs = 1500

export function CopyButton({
  label,
  name,
  text,
}: {
  readonly label: string
  /** The name for those who listen, where the label alone says too little. */
  readonly name?: string
  readonly text: () => string | Promise<string>
}) {
  const [isCopied, setCopied] = useState(false)
  useEffect(() => {
    if (!isCopied) return
    const timer = setTimeout(() => setCopied(false), praiseMs)
    return () => clearTimeout(timer)
  }, [isCopied])
  return (
    <button
      type="button"
      aria-label={name}
      onClick={async () => {
        await copy(await text())
        setCopied(true)
      }}
    >
      {label}
      <span aria-live="polite">{isCopied && ' – copied'}</span>
    </button>
  )
}
