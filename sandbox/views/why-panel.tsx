import { useEffect } from 'preact/hooks'
import type { JournalEntry } from '../../src/domain/journal.js'
import { explain } from '../../src/domain/why.js'
import { Facts } from '../parts/details.js'
import { call, clientId, mint, pickClient, referenceId, wantToken } from '../state/call.js'
import { loadDocument, texts } from '../state/documents.js'
import { act } from '../state/notice.js'
import { open } from '../state/route.js'
import { DocsLink, Evidence } from './evidence.js'

const words = { passed: 'passed', failed: 'failed', unknown: 'not checked' } as const
const signs = { passed: '\u2713', failed: '\u2717', unknown: '\u00b7' } as const

/** The reason of a response: the checks of the request, the values that differ, and the next step. */
export function WhyPanel({ entry }: { readonly entry: JournalEntry }) {
  const { reason } = entry
  useEffect(() => void loadDocument('rostering'), [])
  const text = texts.value?.['x-reasons'][reason.code]
  if (text === undefined) return <p>{reason.message}</p>
  const { checks, expected, received, next, needsToken } = explain(entry, text)
  return (
    <section class="why" aria-label="Reason">
      <p>{reason.message}</p>
      <ol class="checks">
        {checks.map(({ check, result }) => (
          <li key={check} class={result} title={words[result]}>
            <span aria-hidden="true">{signs[result]}</span> {check}
            <span class="hidden"> {words[result]}</span>
          </li>
        ))}
      </ol>
      {expected !== undefined && (
        <Facts
          facts={[
            ['Expected', expected],
            ['Received', received],
          ]}
        />
      )}
      <Evidence entry={entry} />
      {next !== '' && (
        <p>
          <b>Next:</b> {next.replaceAll('`', '')}
        </p>
      )}
      <div class="actions">
        {needsToken && (
          <button type="button" onClick={() => void act(() => freshToken(entry), 'A fresh token')}>
            Get a fresh token
          </button>
        )}
        <DocsLink page="troubleshooting" anchor={reason.code} />
      </div>
    </section>
  )
}

/** Gets a token of the client, and shows the call with it. */
async function freshToken({ client, operation, referenceId: id }: JournalEntry): Promise<void> {
  if (client !== null) pickClient(client)
  wantToken({ flaw: undefined, scopes: '', lifetime: '' })
  if (operation === 'status' || operation === 'download' || operation === 'upload') {
    call.value = operation
  }
  if (id !== null) referenceId.value = id
  if (clientId.value !== '') await mint()
  open('call')
}
