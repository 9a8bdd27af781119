import { encodeRequest } from '../dist/domain/control/request.js'
import { examples } from './control-examples.js'
import { valueText } from './field-tables.js'
import { jsonSchemaOf } from './json-schema.js'
import { docOf, membersOf } from './typed-fields.js'

/*
 * The tables of docs/control-api.md. Paths and values come from the table of routes, sentences from the TSDoc of the library.
 */

/** The library has another name for this one, because it asks again where HTTP waits. */
const methodNames = { 'journal.wait': 'journal.waitFor' }

/** Results that are texts. */
const textResults = {
  'imports.result': 'CSV',
  'report.markdown': 'Markdown',
  'scenario.export': 'the text of a scenario',
}

/** Returns the calls, one section for each noun: a table of calls, one of their fields, and an example of each. */
export function controlCalls(routes, { checker, typeOf }) {
  const control = typeOf('EmulatorControl')
  const nouns = [...new Set(examples.map(([name]) => nounOf(name)))]
  return nouns
    .map((noun) => {
      const names = Object.keys(routes).filter((name) => nounOf(name) === noun)
      const calls = names.map((name) => callOf(name, routes[name], { checker, typeOf }))
      const group = control.getProperty(noun)
      const heading = group ? noun[0].toUpperCase() + noun.slice(1) : 'The emulator'
      const lines = examples
        .filter(([name, , workspace]) => (workspace ? noun === 'workspaces' : names.includes(name)))
        .map(([name, input, ...rest]) => curlLine(encodeRequest(routes[name], input), ...rest))
      const parts = [
        `### ${heading}`,
        group ? docOf(group, checker) : '',
        callTable(calls),
        fieldTable(calls),
        `\`\`\`sh\n${lines.join('\n')}\n\`\`\``,
      ]
      return parts.filter((part) => part !== '').join('\n\n')
    })
    .join('\n\n')
}

const nounOf = (name) => (name.includes('.') ? name.split('.')[0] : '')

/** One call: its name, its route, and the method of the library that has its sentences. */
export function callOf(name, route, { checker, typeOf }) {
  const control = typeOf('EmulatorControl')
  const path = (methodNames[name] ?? name).split('.')
  const group = path.length > 1 ? checker.getTypeOfSymbol(control.getProperty(path[0])) : control
  const method = group.getProperty(path.at(-1))
  const [signature] = checker.getTypeOfSymbol(method).getCallSignatures()
  const parameters = signature.getParameters()
  const [result] = checker.getTypeArguments(signature.getReturnType())
  return {
    name,
    route,
    method: `${path.join('.')}(${parameters.map((it) => it.name).join(', ')})`,
    meaning: docOf(method, checker),
    parameters,
    result: route.resultType ? textResults[name] : resultText(result, checker),
    meaningOf: (field) => meaningIn(parameters, field, checker),
  }
}

function resultText(type, checker) {
  const text = checker.typeToString(type).replace(/^readonly (\w+)\[\]$/, 'list of $1')
  if (text === 'void') return '204, no body'
  if (text === 'list of string') return 'list of texts'
  return text.replace(/[A-Z]\w+/, (name) => `[${name}](#${name.toLowerCase()})`)
}

/** The sentence of a field: that of the parameter with this name, or of the member of a parameter. */
function meaningIn(parameters, name, checker) {
  const named = parameters.flatMap((parameter) => [
    parameter,
    ...membersOf(checker.getTypeOfSymbol(parameter), checker).map((it) => it.getProperty(name)),
  ])
  return docOf(
    named.find((symbol) => symbol?.name === name),
    checker,
  ).replace(/^- /, '')
}

function callTable(calls) {
  const rows = calls.map(
    ({ route, method, meaning, result }) =>
      `| \`${route.method} ${route.path.replace(/:(\w+)/g, '{$1}')}\` | \`${method}\` | ${meaning} | ${result} |`,
  )
  return ['| Request | Library | Meaning | Result |', '| --- | --- | --- | --- |', ...rows].join(
    '\n',
  )
}

/** The fields of the query or the body. Calls that share a field share its row. */
function fieldTable(calls) {
  const fields = calls.flatMap((call) =>
    Object.entries(jsonSchemaOf(call.route.schema).properties)
      .filter(([name]) => !call.route.path.includes(`:${name}`))
      .map(([name, schema]) => {
        const isWhole = call.route.body === name
        const place = isWhole ? 'body' : placeOf(call.route)
        const field = isWhole ? 'the whole body' : `\`${name}\``
        const value = isWhole ? wholeText(call.route) : valueIn(place, schema)
        return { call: call.name, row: `${field} | ${value} | ${call.meaningOf(name)}`, place }
      }),
  )
  if (fields.length === 0) return ''
  const rows = [...new Set(fields.map(({ row }) => row))].map((row) => {
    const sharing = fields.filter((field) => field.row === row)
    const names = sharing.map(({ call }) => `\`${call}\``).join(', ')
    return `| ${names} | ${sharing[0].place} | ${row} |`
  })
  return [
    '| Call | In | Field | Value | Meaning |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n')
}

export const placeOf = ({ method, body }) => (method === 'GET' || body ? 'query' : 'body')

/** A query has only texts. */
const valueIn = (place, schema) => {
  const text = valueText(schema)
  return place === 'query' && text === 'mapping' ? 'mapping, as JSON' : text
}

const wholeText = ({ textType }) => (textType ? `mapping, or text as \`${textType}\`` : 'mapping')

/** A command to copy. */
function curlLine({ method, path, body, contentType }, workspace, resultFile) {
  const prefix = workspace ? `/w/${workspace}` : ''
  const url = `http://127.0.0.1:4080${prefix}/__control${path}`
  const verb = method === 'GET' ? '' : ` -X ${method}`
  const [, file] = /^"(@[\w.]+)"$/.exec(body) ?? []
  const content = file ? `--data-binary ${file}` : `--data '${body}'`
  const data = body === undefined ? '' : ` -H 'content-type: ${contentType}' ${content}`
  const target = resultFile === undefined ? '' : ` > ${resultFile}`
  return `curl -s${verb} ${path.includes('?') ? `'${url}'` : url}${data}${target}`
}
