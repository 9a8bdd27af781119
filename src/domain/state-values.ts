import * as v from 'valibot'
import { lastInstant } from './control/vocabulary.js'

/** The largest id or number of an event in a state: it can be counted on without loss. */
export const maxSerial = 1_000_000_000_000

/** Epoch milliseconds, up to the end of the year 9999: ISO 8601 can write them. */
export const instantMs = v.pipe(
  v.number('must be a number'),
  v.minValue(0, 'must be at least 0'),
  v.maxValue(lastInstant, 'must be at most the end of the year 9999'),
)
