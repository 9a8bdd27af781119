import { docOf } from './typed-fields.js'

/** The types of the results, in the order in which the calls name them. */
const resultTypes = [
  'ImportView',
  'ImportCount',
  'ImportHistory',
  'LeftOut',
  'CourseStepView',
  'PollMark',
  'FaultMark',
  'RefusalMark',
  'DownloadMark',
  'UploadMark',
  'ClockMark',
  'FinishMark',
  'OverrideMark',
  'ClearOverrideMark',
  'ClientView',
  'ClockView',
  'FoundEntries',
  'JournalEntry',
  'Count',
  'FaultView',
  'UploadOutcomeView',
  'Service',
  'RunReport',
  'OutcomeCount',
  'UnexpectedRequests',
  'Finding',
  'UnusedDefinitions',
  'UnusedList',
  'SavepointView',
  'RemovalView',
  'ScenarioChange',
  'StateDocument',
  'ScenarioCount',
  'MintedToken',
  'Health',
]

/** Returns a table of fields for each type of a result, with the types as the code declares them. */
export function controlResults({ checker, typeOf }) {
  return resultTypes.map((name) => `### ${name}\n\n${table(typeOf(name), checker)}`).join('\n\n')
}

function table(type, checker) {
  const rows = type.getProperties().map((field) => {
    const declared = field.declarations[0].type.getText()
    const shown = declared.replace(/\{[\s\S]*\}/, 'object').replace(/ \| undefined$/, '')
    const meaning = docOf(field, checker)
    return `| \`${field.name}\` | \`${shown.replaceAll('|', '\\|')}\` | ${meaning} |`
  })
  return ['| Field | Type | Meaning |', '| --- | --- | --- |', ...rows].join('\n')
}
