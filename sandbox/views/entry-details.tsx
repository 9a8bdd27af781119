import { behaviours } from '../../src/domain/behaviours.js'
import type { FaultDefinition } from '../../src/domain/fault.js'
import type { JournalEntry } from '../../src/domain/journal.js'
import { CopyButton } from '../parts/buttons.js'
import { StatusChip } from '../parts/chip.js'
import { Code, Details, Facts } from '../parts/details.js'
import { withoutMarks } from '../parts/text.js'
import { control } from '../state/control.js'
import { isWriting } from '../state/drafts.js'
import { select } from '../state/imports.js'
import { selectEntry } from '../state/journal.js'
import { open } from '../state/route.js'
import { testOf } from '../test-snippet.js'

/** One request, both sides in full. Secrets are redacted before they come here. */
export function EntryDetails({ entry }: { readonly entry: JournalEntry }) {
  const { request, response, reason, faults } = entry
  return (
    <Details title={`${entry.method} ${entry.path}`} mono onClose={() => selectEntry(undefined)}>
      <p class="why">{reason.message}</p>
      <Facts
        facts={[
          ['Status', <StatusChip key="" status={response?.status} />],
          ['Reason', <DocsLink key="" page="troubleshooting" anchor={reason.code} />],
          ['At', entry.at.replace(/[TZ]/g, ' ')],
          ['Took', `${entry.durationMs} ms`],
          ['Client', entry.client ?? 'none'],
          ['Outcome', entry.outcome],
          ...(faults.length === 0 ? [] : [['Faults', faults.join(', ')] as const]),
        ]}
      />
      <Evidence entry={entry} />
      <div class="actions">
        {entry.referenceId !== null && <TimelineButton id={entry.referenceId} />}
        <CopyButton label="Copy as test" text={async () => testOf(entry, await faultsOf(entry))} />
        <CopyButton label="Copy link" text={() => location.href} />
      </div>
      <h3>Request</h3>
      <Code
        label="Request"
        text={message(`${entry.method} ${entry.path}`, request.headers, request.body)}
      />
      {request.token !== null && (
        <>
          <h3>Claims of its token</h3>
          <Code label="Claims" text={JSON.stringify(request.token, null, 2)} />
        </>
      )}
      <h3>Response</h3>
      {response === null ? (
        <p class="muted">The client disconnected before the response.</p>
      ) : (
        <Code
          label="Response"
          text={message(String(response.status), response.headers, response.body)}
        />
      )}
    </Details>
  )
}

/** Leads to the import of a request. */
function TimelineButton({ id }: { readonly id: string }) {
  return (
    <button
      type="button"
      onClick={() => {
        isWriting.value = false
        select(id)
        open('imports')
      }}
    >
      Timeline of <bdi>{id}</bdi>
    </button>
  )
}

/** A code, with a link to the row of the documentation that explains it. */
function DocsLink({ page, anchor }: { readonly page: string; readonly anchor: string }) {
  return (
    <a href={`../__docs/${page}.html#${anchor}`} target="_blank" rel="noopener">
      <code>{anchor}</code>
    </a>
  )
}

/** The weakest evidence, and each row of the ledger behind it. */
function Evidence({ entry: { basis, behaviours: ids } }: { readonly entry: JournalEntry }) {
  if (basis === null) return null
  return (
    <details class="evidence">
      <summary>
        Rests on what is <b>{basis}</b>
      </summary>
      <ul>
        {ids.map((id) => (
          <li key={id}>
            {withoutMarks(behaviours[id].topic)}{' '}
            <span class="muted">({behaviours[id].source})</span>{' '}
            <DocsLink page="fidelity" anchor={id} />
          </li>
        ))}
      </ul>
    </details>
  )
}

/** Returns the faults of the request that are still armed. */
async function faultsOf({ faults }: JournalEntry): Promise<FaultDefinition[]> {
  if (faults.length === 0) return []
  const armed = await control.faults.list()
  return armed.filter(({ id }) => faults.includes(id)).map(({ definition }) => definition)
}

function message(
  start: string,
  headers: Readonly<Record<string, string>>,
  body: string | null,
): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return [start, ...lines, ...(body ? ['', body] : [])].join('\n')
}
