/*
 * The field reference of docs/scenarios.md, made from the JSON Schema of a scenario.
 */

/** Returns a table of fields for each part of a scenario. */
export function fieldTables({ properties }) {
  const imports = itemsOf(properties.imports)
  const faults = itemsOf(properties.faults)
  const timeline = formWith(imports, 'timeline').properties.timeline
  const progress = formWith(imports, 'progress').properties.progress
  const delay = faults.find((form) => form.properties.kind.const === 'delay').properties.delay
  const parts = [
    ['The file', [{ properties }]],
    ['A client: `clients[]`', itemsOf(properties.clients)],
    ['An import: `imports[]`', imports],
    ['A step: `timeline[]`', itemsOf(timeline)],
    ['A progress: `progress`', [progress]],
    ['A fault: `faults[]`', faults],
    ['A spread delay: `delay`', delay.anyOf.filter((form) => form.properties)],
    ['A planned upload: `uploads[]`', itemsOf(properties.uploads)],
    ['The switches: `service`', formsOf(properties.service)],
  ]
  return parts.map(([heading, forms]) => `### ${heading}\n\n${table(forms)}`).join('\n\n')
}

/** The forms that a value may have. Null stands for an empty list or mapping. */
const formsOf = (schema) =>
  (schema.anyOf ?? [schema]).filter((form) => form.type !== 'null' && !isTemplate(form))

/** A text that stands for a number of the referenceId, such as `{n}`. */
const isTemplate = ({ pattern }) => pattern === '^\\{\\w+\\}$'

/** The forms that an item of a list may have. */
export const itemsOf = (schema) => formsOf(schema).flatMap(({ items }) => formsOf(items))

const formWith = (forms, field) => forms.find((form) => form.properties[field])

function table(forms) {
  const names = [...new Set(forms.flatMap(({ properties }) => Object.keys(properties)))]
  const rows = names.flatMap((name) => rowsOf(name, forms))
  return [...choice(forms), '| Field | Value | Meaning |', '| --- | --- | --- |', ...rows].join(
    '\n',
  )
}

/** Names the fields of which each form needs its own. Forms with a `kind` need no such sentence. */
function choice(forms) {
  if (forms.some(({ properties }) => properties.kind)) return []
  const needed = forms.map(({ required = [] }) =>
    required.filter((name) => !forms.every((form) => form.required?.includes(name))),
  )
  if (needed.length < 2) return []
  const choices = needed.map((names) => names.map((name) => `\`${name}\``).join(' and '))
  return [`It needs one of these: ${choices.join('; ')}.`, '']
}

/** One row for each meaning of a field. A meaning that few kinds share names them. */
function rowsOf(name, forms) {
  const having = forms.filter(({ properties }) => properties[name])
  const meaningIn = ({ properties }) => properties[name].description
  return [...new Set(having.map(meaningIn))].map((meaning) => {
    const sharing = having.filter((form) => meaningIn(form) === meaning)
    const values = new Set(sharing.map(({ properties }) => valueText(properties[name])))
    const kinds = sharing.flatMap(({ properties }) => properties.kind?.const ?? [])
    const isOfFew = name !== 'kind' && kinds.length > 0 && kinds.length < 3
    const field = `\`${name}\`${isOfFew ? ` (kind \`${kinds.join('`, `')}\`)` : ''}`
    const isRequired =
      sharing.every(({ required = [] }) => required.includes(name)) &&
      (isOfFew || having.length === forms.length)
    return `| ${field} | ${[...values].join(', ')} | ${meaning}${isRequired ? ' Required.' : ''} |`
  })
}

/** Returns the kind of value that a JSON Schema takes, in words. */
export function valueText(schema) {
  if (schema.anyOf) {
    const kinds = formsOf(schema).map(valueText)
    // A duration may be a number of milliseconds.
    const forms = kinds.includes('duration') ? kinds.filter((kind) => kind !== 'number') : kinds
    const isNullable = schema.anyOf.some(({ type }) => type === 'null') && !schema.default
    return [...new Set(isNullable ? [...forms, '`null`'] : forms)].join(' or ')
  }
  if (schema.const) return `\`${schema.const}\``
  if (schema.enum) return schema.enum.map((word) => `\`${word}\``).join(', ')
  if (schema.type === 'array') return `list of ${plural(valueText(schema.items))}`
  if (schema.type === 'integer') return `whole number${rangeText(schema)}`
  if (schema.type === 'string') return schema.pattern?.includes('ms|s|m|h|d') ? 'duration' : 'text'
  if (schema.type === 'object') return 'mapping'
  return schema.type ?? 'anything'
}

const plural = (noun) => `${noun.replace(/ or .*/, '')}s`

/** A range that ends at a thousand millions only keeps slips of the pen out. */
function rangeText({ minimum, maximum }) {
  return maximum >= 1_000_000_000 ? ` from ${minimum}` : `, ${minimum} to ${maximum}`
}
