import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { RunReport, UnusedList } from '../../src/domain/report/run-report.js'
import { formatAddress } from '../address.js'
import { ConfirmButton, CopyButton } from '../parts/buttons.js'
import { matrixOf } from '../report-matrix.js'
import { control } from '../state/control.js'
import { act } from '../state/notice.js'
import { DocsLink } from './evidence.js'

const report = signal<RunReport | undefined>(undefined)

async function look(): Promise<void> {
  report.value = await control.report.get()
}

/** The run report: what the requests to this workspace met and missed. */
export function RunReportView() {
  useEffect(() => {
    void look().catch(() => {})
  }, [])
  const shown = report.value
  if (shown === undefined) return <p class="muted">Loading…</p>
  return (
    <section class="list run-report" aria-label="Run report">
      <div class="toolbar">
        <b>{shown.requests.toLocaleString('en')} requests</b>
        <button type="button" onClick={() => void look().catch(() => {})}>
          Refresh
        </button>
        <CopyButton label="Copy as Markdown" text={() => control.report.markdown()} />
        <ConfirmButton
          label="Count anew"
          question="Really begin the count anew?"
          onConfirm={() =>
            void act(() => control.report.reset(), 'The count begins anew').then(look)
          }
        />
        <a href="../__docs/run-report.html" target="_blank" rel="noopener">
          About run reports
        </a>
      </div>
      <Outcomes report={shown} />
      <Findings report={shown} />
      <Unused report={shown} />
    </section>
  )
}

function Outcomes({ report }: { readonly report: RunReport }) {
  return (
    <table class="outcomes">
      <caption>Outcomes of each operation; those that the run met are filled</caption>
      <thead>
        <tr>
          <th scope="col">Operation</th>
          <th scope="col">Outcomes</th>
        </tr>
      </thead>
      <tbody>
        {matrixOf(report).map(({ operation, met, outcomes }) => (
          <tr key={operation}>
            <th scope="row">
              {operation}{' '}
              <span class="muted">
                {met}/{outcomes.length}
              </span>
            </th>
            <td>
              <ul class="cells">
                {outcomes.map(({ outcome, name, title, count, basis }) => (
                  <li
                    key={outcome}
                    class={count > 0 ? 'cell met' : 'cell'}
                    title={`${title} (${basis})`}
                  >
                    {name}{' '}
                    {count > 0 ? (
                      <b>×{count.toLocaleString('en')}</b>
                    ) : (
                      <span class="unseen">never met</span>
                    )}
                  </li>
                ))}
              </ul>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Findings({ report: { findings, unexpected } }: { readonly report: RunReport }) {
  return (
    <>
      <h2>Findings</h2>
      {findings.length === 0 && <p class="muted">No client shows bad manners.</p>}
      <ul class="findings">
        {findings.map(({ finding, count, sentence, entries }) => (
          <li key={finding}>
            <DocsLink page="client-manners" anchor={finding} /> ×{count}: {sentence}{' '}
            <Entries ids={entries} />
          </li>
        ))}
        {unexpected.map(({ kind, title, count, entries }) => (
          <li key={kind}>
            <code>{kind}</code> ×{count}: {title} <Entries ids={entries} />
          </li>
        ))}
      </ul>
    </>
  )
}

function Entries({ ids }: { readonly ids: readonly number[] }) {
  return (
    <span class="entry-links">
      {ids.map((entry) => (
        <a key={entry} href={formatAddress({ view: 'journal', search: '', page: 0, entry })}>
          #{entry}
        </a>
      ))}
    </span>
  )
}

function Unused({ report: { unused, cut } }: { readonly report: RunReport }) {
  const lists = (Object.entries(unused) as [string, UnusedList][]).filter(
    ([, { ids }]) => ids.length > 0,
  )
  return (
    <>
      {lists.length > 0 && <h2>Unused</h2>}
      {lists.map(([kind, { ids, more }]) => (
        <p key={kind}>
          {kind}: {ids.join(', ')}
          {more > 0 && ` and ${more} more`}
        </p>
      ))}
      {cut.map((sentence) => (
        <p key={sentence} class="muted">
          {sentence}
        </p>
      ))}
    </>
  )
}
