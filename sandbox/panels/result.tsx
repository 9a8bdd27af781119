import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { ImportView } from '../../src/domain/control/vocabulary.js'
import { plural } from '../parts/text.js'
import { type ResultTable, type RowMistake, resultTable } from '../result-table.js'
import { control } from '../state/control.js'
import { saveFile } from '../state/scenario-file.js'

/** The largest file that is shown as a table, in bytes, and the most rows of a table. */
const maxBytes = 4_000_000
const maxRows = 200

type Result = ResultTable & { readonly id: string; readonly csv: string }

const result = signal<Result | { readonly id: string; readonly problem: string } | undefined>(
  undefined,
)

async function look({ referenceId: id, state }: ImportView): Promise<void> {
  const messages = state !== null && 'messages' in state ? state.messages : []
  try {
    const csv = await control.imports.result(id)
    result.value = { id, csv, ...resultTable(csv.length > maxBytes ? '' : csv, messages) }
  } catch (error) {
    result.value = { id, problem: (error as Error).message }
  }
}

/** The result file of an upload: its mistakes, line by line, and the lines themselves. */
export function ResultFile({ it }: { readonly it: ImportView }) {
  const { referenceId: id } = it
  useEffect(() => void look(it), [id, JSON.stringify(it.state)])
  const shown = result.value
  if (shown === undefined || shown.id !== id) return null
  if ('problem' in shown) return <p class="muted">{shown.problem}</p>
  const { csv, columns, rows, mistakes } = shown
  return (
    <>
      <div class="panel-head">
        <h3>Result file</h3>
        <button type="button" onClick={() => saveFile('output.csv', csv, 'text/csv')}>
          Download
        </button>
      </div>
      {csv.length > maxBytes ? (
        <p class="muted">It is too large for a table.</p>
      ) : (
        <p class="muted">
          {plural(rows.length, 'row')}, {plural(mistakes.length, 'mistake')}
        </p>
      )}
      {mistakes.length > 0 && <Mistakes mistakes={mistakes} />}
      {rows.length > 0 && (
        <details class="evidence">
          <summary>The uploaded rows</summary>
          <Rows columns={columns} rows={rows} mistakes={mistakes} />
        </details>
      )}
    </>
  )
}

function Mistakes({ mistakes }: { readonly mistakes: readonly RowMistake[] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a long table is scrolled by keyboard too
    <section class="table mistakes" tabIndex={0} aria-label="Mistakes">
      <table>
        <thead>
          <tr>
            <th scope="col">Line</th>
            <th scope="col">Column</th>
            <th scope="col">Value</th>
            <th scope="col">Mistake</th>
          </tr>
        </thead>
        <tbody>
          {mistakes.slice(0, maxRows).map(({ line, row, column, value, mistake }) => (
            <tr key={`${row} ${column}`}>
              <td>{line ?? `row ${row}`}</td>
              <td class="mono">{column}</td>
              <td class="mono" dir="auto">
                {value === '' ? <span class="muted">empty</span> : value}
              </td>
              <td dir="auto">{mistake}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Rest count={mistakes.length} />
    </section>
  )
}

function Rows({ columns, rows, mistakes }: ResultTable) {
  const bad = new Set(mistakes.map(({ row, column }) => `${row} ${column}`))
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a long table is scrolled by keyboard too
    <section class="table" tabIndex={0} aria-label="Uploaded rows">
      <table>
        <thead>
          <tr>
            <th scope="col">Row</th>
            {columns.map((column) => (
              <th key={column} scope="col" class="mono">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, maxRows).map((cells, index) => (
            <tr key={index}>
              <td>{index + 1}</td>
              {cells.map((cell, place) => (
                <td
                  key={place}
                  class={bad.has(`${index + 1} ${columns[place]}`) ? 'bad' : ''}
                  dir="auto"
                >
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <Rest count={rows.length} />
    </section>
  )
}

function Rest({ count }: { readonly count: number }) {
  if (count <= maxRows) return null
  return <p class="muted">The first {maxRows}. The file has them all.</p>
}
