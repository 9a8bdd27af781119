import { useState } from 'preact/hooks'
import type { TokenFlaw } from '../../src/domain/access-token.js'
import type { JournalEntry } from '../../src/domain/journal.js'
import type { Call } from '../calls.js'
import { secret } from '../commands.js'
import { markDifferences, responseText } from '../differences.js'
import { callOfEntry, tokenFaultOf } from '../entry-commands.js'
import { Field } from '../parts/field.js'
import { clientId, clientSecret, call as shownCall } from '../state/call.js'
import { requestOf } from '../state/call-response.js'
import { control } from '../state/control.js'
import { open } from '../state/route.js'
import { apiUrl } from '../state/session.js'

/** A fault may never respond. */
const patienceMs = 30_000

/**
 * Sends a request again and shows both responses. The journal has no secrets: a token is made anew, with the flaw that it had,
 * and the person types the secret of a client.
 */
export function SendAgain({ entry }: { readonly entry: JournalEntry }) {
  const [text, setText] = useState<string | undefined>(undefined)
  const { client, response, reason, outcome } = entry
  const call = callOfEntry(entry, apiUrl)
  const lost = lostPart(entry, call)
  const needsSecret = [...(call.fields ?? []), call.basic ?? []].some(([, it]) => it === secret)
  const isWaiting = needsSecret && clientSecret.value === ''
  const send = async (fresh: boolean) => {
    setText('Waiting for the response')
    setText(await again(entry, call, fresh))
  }
  const before = response === null ? 'No response' : responseText(response.status, response.body)
  return (
    <>
      {needsSecret && (
        <Field
          label={`Secret of ${client}`}
          isSecret
          value={clientSecret.value}
          hint="The journal keeps no secrets. It stays on this page."
          onInput={(it) => {
            clientSecret.value = it
          }}
        />
      )}
      <div class="actions">
        <button
          type="button"
          disabled={lost !== undefined || isWaiting}
          onClick={() => void send(false)}
        >
          Send again
        </button>
        {call.tokenArguments && reason.code !== 'served' && lost === undefined && (
          <button type="button" onClick={() => void send(true)}>
            Send again with a fresh token
          </button>
        )}
        {lost !== undefined && <span class="muted">The journal keeps no {lost}.</span>}
        {call.fileName !== undefined && (
          <button
            type="button"
            onClick={() => {
              shownCall.value = 'upload'
              open('call')
            }}
          >
            Upload a file
          </button>
        )}
      </div>
      {text !== undefined && (
        <div class="columns" aria-live="polite">
          <Side
            title={outcome === 'aborted' && response ? 'Before (cut off)' : 'Before'}
            text={before}
            other={text}
          />
          <Side title="Now" text={text} other={before} />
        </div>
      )}
    </>
  )
}

/** The part of a request that the journal does not keep. Undefined if it has all of it. */
function lostPart({ request }: JournalEntry, { fileName }: Call): string | undefined {
  if (fileName !== undefined) return 'files'
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = request.headers
  return request.body === null && (length !== '0' || encoding) ? 'body of this request' : undefined
}

async function again(entry: JournalEntry, call: Call, fresh: boolean): Promise<string> {
  try {
    const { basic, fields, tokenArguments, signedBy } = call
    const known = (value: string) => (value === secret ? clientSecret.value : value)
    const whole: Call = {
      ...call,
      ...(tokenArguments && { bearer: await mint(entry, fresh) }),
      ...(basic && { authorization: `Basic ${btoa(basic.map(known).join(':'))}` }),
      ...(fields && { fields: fields.map(([name, value]) => [name, known(value)] as const) }),
    }
    const link = signedBy && (await fetch(signedBy, requestOf({ ...whole, method: 'GET' })))
    const response = await fetch(link ? (await link.json()).signedUrl : call.url, {
      ...requestOf(link ? call : whole),
      signal: AbortSignal.timeout(patienceMs),
    })
    return responseText(response.status, await response.text())
  } catch (error) {
    return `No whole response: ${(error as Error).message}`
  }
}

/** Makes a token like that of the request, or a right one. */
async function mint(entry: JournalEntry, fresh: boolean): Promise<string> {
  const { flaw, scope } = fresh ? {} : tokenFaultOf(entry)
  const { access_token } = await control.tokens.mint({
    clientId: entry.client ?? clientId.value,
    ...(flaw && { flaw: flaw as TokenFlaw }),
    ...(scope && { scopes: scope.split(' ') }),
  })
  return access_token
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
