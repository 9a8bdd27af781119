import { type CreateRowRule, demands, exactlyOneOf, hierarchy, unique } from './rules.js'
import * as is from './values.js'

/*
 * The templates of the CSV import: which columns a file of each kind may have, and what they demand.
 * The README says which of it is documented, and which is decided.
 */

export interface ColumnRule {
  /**
   * `mandatory`: the column must be there, and filled in on every row. `filled`: the column may be
   * missing, which keeps what is stored, but where it is there it is filled in on every row.
   */
  readonly presence: 'mandatory' | 'filled' | 'optional'
  readonly check: is.Check
}

export interface Template {
  readonly columns: Readonly<Record<string, ColumnRule>>
  readonly rules: readonly CreateRowRule[]
}

const mandatory = (check: is.Check): ColumnRule => ({ presence: 'mandatory', check })
const filled = (check: is.Check): ColumnRule => ({ presence: 'filled', check })
const optional = (check: is.Check): ColumnRule => ({ presence: 'optional', check })

/** Stands for every column that begins so: `user_metadata_campus`. */
export const metadataKey = '<KEY>'

const paperMode = {
  session_paperMode_isEnabled: optional(is.boolean),
  session_paperMode_sheetsPerInteraction: optional(is.positiveNumber),
  session_paperMode_totalInteractions: optional(is.wholeNumber),
  session_paperMode_bookletFilename: optional(is.text),
  session_paperMode_scanUploadStartDate: optional(is.date),
  session_paperMode_scanUploadEndDate: optional(is.date),
}

/** The values of the settings are not known whole: any is taken. */
const session = {
  session_deliveryId: optional(is.text),
  session_batteryId: optional(is.text),
  group_name: mandatory(is.text),
  session_name: mandatory(is.text),
  session_timezone: optional(is.timeZone),
  session_startDate: optional(is.date),
  session_endDate: optional(is.date),
  session_submissionDate: optional(is.date),
  session_waitingPageDate: optional(is.date),
  session_securitySettings: optional(is.text),
  session_reviewSettings: optional(is.text),
  session_testRunnerAccessibilityPlugins: optional(is.text),
  session_testRunnerSessionPlugins: optional(is.text),
  session_reportSettings: optional(is.text),
  session_readAloud: optional(is.text),
  ...paperMode,
}

const sessionRules = [
  exactlyOneOf('session_deliveryId', 'session_batteryId'),
  demands('session_paperMode_isEnabled', [
    'session_paperMode_sheetsPerInteraction',
    'session_paperMode_bookletFilename',
  ]),
  unique('session_name'),
]

const linkRules = [unique('user_username', 'group_name', 'group_role')]

export const templates = {
  users: {
    columns: {
      user_username: mandatory(is.username),
      user_name: optional(is.text),
      user_password: filled(is.password),
      user_email: optional(is.email),
      user_language: optional(is.text),
      user_active: optional(is.boolean),
      user_role: optional(is.roles),
      user_organizationId: optional(is.name),
      user_externalId: optional(is.jsonObject),
      [`user_metadata_${metadataKey}`]: optional(is.text),
    },
    rules: [unique('user_username')],
  },
  groups: {
    columns: {
      group_name: mandatory(is.text),
      group_description: optional(is.text),
      group_active: optional(is.boolean),
      group_organizationId: optional(is.text),
      [`group_metadata_${metadataKey}`]: optional(is.text),
    },
    rules: [unique('group_name')],
  },
  'link-existing-user-to-groups': {
    columns: {
      user_username: mandatory(is.username),
      group_name: mandatory(is.text),
      group_role: mandatory(is.groupRole),
    },
    rules: linkRules,
  },
  'link-new-user-to-groups': {
    columns: {
      user_username: mandatory(is.username),
      user_name: optional(is.text),
      user_password: filled(is.simplePassword),
      // The sample of this template is `userEmail`, which is no address.
      user_email: optional(is.text),
      user_language: optional(is.text),
      user_active: optional(is.boolean),
      group_role: mandatory(is.groupRole),
      group_name: mandatory(is.text),
      user_organizationId: optional(is.name),
    },
    rules: linkRules,
  },
  'sessions-with-delivery-in-new-groups': {
    columns: {
      ...session,
      group_description: optional(is.text),
      group_active: optional(is.boolean),
      group_organizationId: optional(is.text),
    },
    rules: sessionRules,
  },
  /** For batteries, the documentation takes this template with `session_batteryId`. */
  'sessions-with-delivery-in-existing-groups': {
    columns: session,
    rules: sessionRules,
  },
  organizations: {
    columns: {
      // "Mandatory" says its page, and in the same entry that one is made where none is given.
      hierarchy_organizationId: optional(is.text),
      hierarchy_organizationName: mandatory(is.text),
      hierarchy_organizationDescription: optional(is.text),
      hierarchy_parentOrganizationId: mandatory(is.text),
    },
    rules: [
      unique('hierarchy_organizationId'),
      hierarchy('hierarchy_organizationId', 'hierarchy_parentOrganizationId'),
    ],
  },
} as const satisfies Record<string, Template>

/** The name of the template that a file follows. */
export type RosterKind = keyof typeof templates

/** The rule of a column in a template, or none where it is not a column of it. */
export function columnRule(kind: RosterKind, column: string): ColumnRule | undefined {
  const columns: Template['columns'] = templates[kind].columns
  return Object.hasOwn(columns, column) ? columns[column] : columns[metadataColumn(column)]
}

const metadata = /^((?:user|group)_metadata_)./

/** `user_metadata_<KEY>` for `user_metadata_campus`; no column for any other name. */
function metadataColumn(column: string): string {
  return `${metadata.exec(column)?.[1] ?? ''}${metadataKey}`
}
