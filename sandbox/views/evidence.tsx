import type { JournalEntry } from '../../src/domain/journal.js'
import { withoutMarks } from '../parts/text.js'
import { texts } from '../state/documents.js'

/** A code, with a link to the row of the documentation that explains it. */
export function DocsLink({ page, anchor }: { readonly page: string; readonly anchor: string }) {
  return (
    <a href={`../__docs/${page}.html#${anchor}`} target="_blank" rel="noopener">
      <code>{anchor}</code>
    </a>
  )
}

/** The weakest evidence, and each row of the ledger behind it. */
export function Evidence({ entry: { basis, behaviours: ids } }: { readonly entry: JournalEntry }) {
  if (basis === null) return null
  return (
    <details class="evidence">
      <summary>
        Rests on what is <b>{basis}</b>
      </summary>
      <ul>
        {ids.map((id) => {
          const row = texts.value?.['x-ledger'][id]
          return (
            <li key={id}>
              {row && withoutMarks(row.topic)} {row && <span class="muted">({row.source})</span>}{' '}
              <DocsLink page="fidelity" anchor={id} />
            </li>
          )
        })}
      </ul>
    </details>
  )
}
