import type { FaultDefinition } from '../../src/domain/fault.js'
import type { JournalEntry } from '../../src/domain/journal.js'
import { commandOf, languages } from '../commands.js'
import { callOfEntry } from '../entry-commands.js'
import { harOf } from '../har.js'
import { CopyButton } from '../parts/buttons.js'
import { StatusChip } from '../parts/chip.js'
import { Code, Details, Facts } from '../parts/details.js'
import { control } from '../state/control.js'
import { isWriting } from '../state/drafts.js'
import { select } from '../state/imports.js'
import { selectEntry } from '../state/journal.js'
import { open } from '../state/route.js'
import { apiUrl } from '../state/session.js'
import { testOf } from '../test-snippet.js'
import { SendAgain } from './send-again.js'
import { WhyPanel } from './why-panel.js'

/** One request, both sides in full. Secrets are redacted before they come here. */
export function EntryDetails({ entry }: { readonly entry: JournalEntry }) {
  const { request, response, faults } = entry
  return (
    <Details title={`${entry.method} ${entry.path}`} mono onClose={() => selectEntry(undefined)}>
      <WhyPanel entry={entry} />
      <Facts
        facts={[
          ['Status', <StatusChip key="" status={response?.status} />],
          ['At', entry.at.replace(/[TZ]/g, ' ')],
          ['Took', `${entry.durationMs} ms`],
          ['Client', entry.client ?? 'none'],
          ['Outcome', entry.outcome],
          ...(faults.length === 0 ? [] : [['Faults', faults.join(', ')] as const]),
        ]}
      />
      <div class="actions">
        {entry.referenceId !== null && <TimelineButton id={entry.referenceId} />}
        <CopyButton label="Copy link" text={() => location.href} />
      </div>
      <h3>Copy as</h3>
      <div class="segments">
        {formats.map(([name, write]) => (
          <CopyButton key={name} label={name} name={`Copy as ${name}`} text={() => write(entry)} />
        ))}
      </div>
      <SendAgain entry={entry} />
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

type Write = (entry: JournalEntry) => string | Promise<string>

/** The forms in which a request can be copied. */
const formats: readonly (readonly [name: string, write: Write])[] = [
  ...languages.map(
    (it) => [it, (entry: JournalEntry) => commandOf(it, callOfEntry(entry, apiUrl))] as const,
  ),
  ['HAR', (entry) => harOf(entry, location.origin)],
  ['test', async (entry) => testOf(entry, await faultsOf(entry))],
]

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
