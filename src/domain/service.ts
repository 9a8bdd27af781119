import * as v from 'valibot'
import { mapping, wholeNumber, word } from './schema.js'

/*
 * The switches: where the documentation leaves two responses open, or the vendor's open-source implementation gives
 * another one. A client must get on with both.
 */

/** Some of the switches, as a scenario or a request names them. */
export const serviceSchema = mapping({
  rowErrors: v.optional(word(['fail', 'report'])),
  fileLine: v.optional(word(['handled', 'imported'])),
  raggedRows: v.optional(word(['check', 'refuse'])),
  maxRecords: v.nullish(wholeNumber(1, 1_000_000_000)),
  referenceIds: v.optional(word(['any', 'uuid'])),
  contentTypes: v.optional(word(['bare', 'charset'])),
})

/** All switches of the emulated service. */
export interface Service {
  /**
   * With `fail`, an upload with mistakes in its rows ends `failed`, with a message for each. With `report` it ends
   * `processed` without messages. Only the result file names the rows.
   * @defaultValue `'fail'`
   */
  readonly rowErrors: 'fail' | 'report'
  /**
   * `handled`: the `fileLine` of an upload counts all of its rows. `imported`: those without a mistake.
   * @defaultValue `'handled'`
   */
  readonly fileLine: 'handled' | 'imported'
  /**
   * `check`: a row with too few or too many values has a mistake. `refuse`: its upload is refused with 400.
   * @defaultValue `'check'`
   */
  readonly raggedRows: 'check' | 'refuse'
  /**
   * The most rows below the header of an upload; more are refused with 400. Null: no limit.
   * @defaultValue `null`
   */
  readonly maxRecords: number | null
  /**
   * `any`: an unknown referenceId is 404, whatever it looks like. `uuid`: one that is no UUID is 400.
   * @defaultValue `'any'`
   */
  readonly referenceIds: 'any' | 'uuid'
  /**
   * `bare`: `text/plain` and `application/json`, as documented. `charset`: with `; charset=utf-8`.
   * @defaultValue `'bare'`
   */
  readonly contentTypes: 'bare' | 'charset'
}

/** The switches to set; the others stay as they are. */
export type ServiceInput = { [Name in keyof Service]?: Service[Name] | undefined }

export const defaultService: Service = {
  rowErrors: 'fail',
  fileLine: 'handled',
  raggedRows: 'check',
  maxRecords: null,
  referenceIds: 'any',
  contentTypes: 'bare',
}

/** The switches after a change. A field that is undefined changes nothing. */
export function changeService(service: Service, changes: ServiceInput): Service {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined)
  return { ...service, ...Object.fromEntries(given) }
}
