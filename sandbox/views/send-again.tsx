import { useState } from 'preact/hooks'
import type { JournalEntry } from '../../src/domain/journal.js'
import { markDifferences, responseText } from '../differences.js'
import { clientId } from '../state/call.js'
import { control } from '../state/control.js'
import { apiUrl } from '../state/session.js'
import { flawOf } from '../test-snippet.js'

/** A fault may never respond. */
const patienceMs = 30_000

/**
 * Sends a request again and shows both responses. The journal has no secrets and no files, so requests with a body are not
 * sent again; a token is made anew, with the flaw that it had.
 */
export function SendAgain({ entry }: { readonly entry: JournalEntry }) {
  const [text, setText] = useState<string | undefined>(undefined)
  const { method, response, request, reason, outcome } = entry
  if (method !== 'GET' || response === null) return null
  const isBearer = /^bearer/i.test(request.headers.authorization ?? '')
  const send = async (fresh: boolean) => {
    setText('Waiting for the response')
    setText(await again(entry, fresh, isBearer || fresh))
  }
  const before = responseText(response.status, response.body)
  return (
    <>
      <div class="actions">
        <button type="button" onClick={() => void send(false)}>
          Send again
        </button>
        {reason.code !== 'served' && (
          <button type="button" onClick={() => void send(true)}>
            Send again with a fresh token
          </button>
        )}
      </div>
      {text !== undefined && (
        <div class="columns" aria-live="polite">
          <Side
            title={outcome === 'aborted' ? 'Before (cut off)' : 'Before'}
            text={before}
            other={text}
          />
          <Side title="Now" text={text} other={before} />
        </div>
      )}
    </>
  )
}

async function again(entry: JournalEntry, fresh: boolean, isBearer: boolean): Promise<string> {
  try {
    const headers: Record<string, string> = isBearer ? await bearer(entry, fresh) : {}
    const url = new URL(entry.path, apiUrl)
    const signal = AbortSignal.timeout(patienceMs)
    const response = await fetch(url, { headers, signal, cache: 'no-store' })
    return responseText(response.status, await response.text())
  } catch (error) {
    return `No whole response: ${(error as Error).message}`
  }
}

async function bearer({ client, reason, request }: JournalEntry, fresh: boolean) {
  const flaw = fresh ? undefined : flawOf[reason.code]
  const scope = !fresh && reason.code === 'scope-missing' ? request.token?.scope : undefined
  const { access_token } = await control.tokens.mint({
    clientId: client ?? clientId.value,
    ...(flaw !== undefined && { flaw }),
    ...(typeof scope === 'string' && { scopes: scope.split(' ').filter(Boolean) }),
  })
  return { authorization: `Bearer ${access_token}` }
}

interface SideProps {
  readonly title: string
  readonly text: string
  readonly other: string
}

function Side({ title, text, other }: SideProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: long text is scrolled by keyboard too
    <section class="code" tabIndex={0} aria-label={title}>
      <b>{title}</b>
      <pre>
        {markDifferences(text, other).map(({ text: line, isDifferent }) => (
          <>
            {isDifferent ? <mark>{line}</mark> : line}
            {'\n'}
          </>
        ))}
      </pre>
    </section>
  )
}
