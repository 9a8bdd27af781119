import { listed, nearestName } from '../schema.js'
import { quoted as quotedText } from '../visible-text.js'
import { startOf, utf8Length } from './texts.js'

/** Judges a value that is not empty: what is wrong with it, as a sentence that goes on from the column's name. */
export type Check = (value: string) => string | undefined

/** The value as it stands in a message: on one line, and cut. */
export function quoted(value: string): string {
  return quotedText(value.length > 40 ? `${startOf(value, 40)}…` : value)
}

function matching(pattern: RegExp, demand: string): Check {
  return (value) => (pattern.test(value) ? undefined : `must be ${demand}`)
}

export const text: Check = () => undefined

/** In any case; what the documentation takes with a warning, too. */
export const boolean: Check = (value) =>
  /^(?:true|false|1|0)$/i.test(value) ? undefined : `must be TRUE or FALSE, not ${quoted(value)}`

export function isTrue(value: string): boolean {
  return /^(?:true|1)$/i.test(value)
}

const maxNameBytes = 255

/** A name of at most 255 bytes. */
export const name: Check = (value) =>
  utf8Length(value) > maxNameBytes ? `has more than ${maxNameBytes} bytes` : undefined

export const username: Check = (value) =>
  /\s/.test(value) ? `must have no white space in it, as ${quoted(value)} has` : name(value)

export const email = matching(/^[^\s@]+@[^\s@]+$/, 'an e-mail address')

/** Any script has letters; what is neither letter nor digit is special. No message holds the value. */
export const password: Check = (value) =>
  /^(?=.*\p{Lu})(?=.*\p{Ll})(?=.*[^\p{L}\p{N}]).{8,}$/su.test(value)
    ? undefined
    : 'must have at least 8 characters, with an upper-case letter, a lower-case letter and a special character'

/** The template for new users in groups has the sample `password`: of the rule, only the length is asked. */
export const simplePassword: Check = (value) =>
  /^.{8,}$/su.test(value) ? undefined : 'must have at least 8 characters'

const userRoles = [
  'ADMIN',
  'CONTENT_CREATOR',
  'GROUP_CREATOR',
  'PUBLIC_SESSION_MANAGER',
  'BATTERY_MANAGER',
  'SUPPORT',
  'DATA_EXPLORER',
  'SYSTEM_MANAGER',
]

/** Global roles, `|` between them. */
export const roles: Check = (value) => {
  const stranger = value.split('|').find((role) => !userRoles.includes(role))
  if (stranger === undefined) return undefined
  const nearest = nearestName(stranger, userRoles)
  const meant =
    nearest === undefined ? `known are ${listed(userRoles, 'and')}` : didYouMean(nearest)
  return `has the unknown role ${quoted(stranger)}; ${meant}`
}

const groupRoles = [
  'TEST_TAKER',
  'GRADER',
  'GROUP_MANAGER',
  'BOOKLET_PUBLISHER',
  'SCAN_UPLOADER',
  'DATA_EXPLORER',
]

/** The list of group roles is not known whole: what looks like one, and is not misspelt, goes in. */
export const groupRole: Check = (value) => {
  if (groupRoles.includes(value)) return undefined
  const nearest = nearestName(value, groupRoles)
  if (nearest !== undefined) {
    return `has the unknown role ${quoted(value)}; ${didYouMean(nearest)}`
  }
  return /^[A-Z]+(?:_[A-Z]+)*$/.test(value)
    ? undefined
    : `must be one role, such as ${listed(groupRoles, 'or')}`
}

const didYouMean = (name: string) => `did you mean ${name}?`

export const jsonObject: Check = (value) =>
  isJsonObject(value) ? undefined : 'must be a JSON object, such as {"google": "10293"}'

export function isJsonObject(value: string): boolean {
  try {
    const parsed: unknown = JSON.parse(value)
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
  } catch {
    return false
  }
}

/** Month and day may have one digit: `2024-1-31T12:00:00Z` is a sample of the documentation. */
const utcDate = /^(\d{4})-(\d{1,2})-(\d{1,2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,3})?Z$/

export const date: Check = (value) => {
  const match = utcDate.exec(value)
  if (match === null) {
    return `must be a date and time in UTC, such as 2026-03-02T08:00:00Z, not ${quoted(value)}`
  }
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number]
  const real = new Date(Date.UTC(year, month - 1, day))
  return real.getUTCMonth() === month - 1 && real.getUTCDate() === day
    ? undefined
    : `must be a day of the calendar, not ${quoted(value)}`
}

export const timeZone: Check = (value) =>
  isTimeZone(value)
    ? undefined
    : `must be an IANA time zone, such as Europe/Warsaw, not ${quoted(value)}`

/** `Intl` lists one name of each zone. It knows the others too, but is slow to say so. */
const timeZones = new Map(Intl.supportedValuesOf('timeZone').map((zone) => [zone, true]))
const maxRemembered = 2000

function isTimeZone(value: string): boolean {
  const known = timeZones.get(value)
  if (known !== undefined) return known
  const isKnown = intlKnows(value)
  if (timeZones.size < maxRemembered) timeZones.set(value, isKnown)
  return isKnown
}

function intlKnows(value: string): boolean {
  // Newer versions take offsets too, which are no names.
  if (!/^[A-Za-z][\w+/-]{0,63}$/.test(value)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: value })
    return true
  } catch {
    return false
  }
}

export const wholeNumber = matching(/^\d{1,9}$/, 'a whole number')
export const positiveNumber = matching(/^0*[1-9]\d{0,8}$/, 'a whole number of at least 1')
