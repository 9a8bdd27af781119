import { parse } from 'csv-parse/sync'
import type { ServiceInput } from '../domain/service.js'
import { isObject, objectIn, type ReceivedResponse } from './message.js'

function rowsOf(text: string): readonly (readonly string[])[] {
  try {
    return parse(text, { bom: true, relax_column_count: true, skip_empty_lines: true })
  } catch {
    return []
  }
}

/** Returns whether a CSV file has a row with fewer or more values than its header. */
export function isRagged(content: Uint8Array | undefined): boolean {
  const [header, ...rows] = rowsOf(Buffer.from(content ?? []).toString())
  return rows.some(({ length }) => length !== header?.length)
}

/** Returns the switches that the end of an upload shows, together with its result file. */
export function learnFromUpload(
  status: ReceivedResponse | undefined,
  result: ReceivedResponse | undefined,
): ServiceInput {
  if (status === undefined || result === undefined) return {}
  const { result: end } = objectIn(status)
  const [header, ...rows] = rowsOf(result.body)
  const column = header?.lastIndexOf('status') ?? -1
  const refused = rows.filter((row) => row[column] !== 'processed').length
  // Only rows with mistakes tell the values of the switches apart.
  if (!isObject(end) || refused === 0) return {}
  const counts: readonly [number, ServiceInput][] = [
    [rows.length, { fileLine: 'handled' }],
    [rows.length - refused, { fileLine: 'imported' }],
  ]
  const counted = counts.find(([count]) => count === end.fileLine)?.[1]
  return { rowErrors: end.status === 'processed' ? 'report' : 'fail', ...counted }
}
