import { readFileSync } from 'node:fs'
import { createConfig, lintFromString } from '@redocly/openapi-core'
import { Validator } from '@seriousme/openapi-schema-validator'
import t from 'tap'
import { withParts } from '../scripts/page-parts.js'
import { bases, behaviours } from '../src/domain/behaviours.js'
import { controlRoutes } from '../src/domain/control/routes.js'
import { operations } from '../src/domain/operations.js'
import { reasonCodes } from '../src/domain/reason.js'
import { optionTable } from '../src/help.js'
import { runNode } from './support.js'

const root = new URL('..', import.meta.url).pathname

// In a process of its own: scripts do not count for coverage.
const script =
  "const { generatedFiles } = await import('./scripts/generated-files.js'); process.stdout.write(JSON.stringify(await generatedFiles()))"
const printed = await runNode(['--input-type=module', '-e', script], {
  cwd: root,
  maxBuffer: 64 * 1024 ** 2,
})
const generated: Record<string, string> = JSON.parse(printed.stdout)

for (const [path, text] of Object.entries(generated)) {
  t.test(`${path} is as the code has it`, async (t) => {
    t.equal(readFileSync(root + path, 'utf8'), text, 'npm run generate writes it again')
  })
}

interface Schema {
  readonly description?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly anyOf?: readonly Schema[]
  readonly items?: Schema
}

/** The fields of a schema and of everything in it, each with its path. */
function fieldsOf(schema: Schema, path = ''): [path: string, description: string | undefined][] {
  const fields = Object.entries(schema.properties ?? {}).flatMap(([name, field]) => [
    [`${path}.${name}`, field.description] as [string, string | undefined],
    ...fieldsOf(field, `${path}.${name}`),
  ])
  const forms = (schema.anyOf ?? []).flatMap((form) => fieldsOf(form, path))
  return [...fields, ...forms, ...(schema.items ? fieldsOf(schema.items, `${path}[]`) : [])]
}

t.test('each field of fixtures/schema.json has a description', async (t) => {
  const fields = fieldsOf(JSON.parse(readFileSync(`${root}fixtures/schema.json`, 'utf8')))
  t.ok(fields.length > 100, `${fields.length} fields`)
  for (const [path, description = ''] of fields) t.match(description, /^[A-Z`].*\.$/, path)
})

t.test('each call, field and result of docs/control-api.md has its sentence', async (t) => {
  const page = readFileSync(`${root}docs/control-api.md`, 'utf8')
  const rows = page.split('\n').filter((line) => /^\| .*`/.test(line))
  t.ok(rows.length > 120, `${rows.length} rows`)
  for (const row of rows) t.notMatch(row, /\|\s*\|/, row)
  for (const [name, { method, path }] of Object.entries(controlRoutes)) {
    const request = `| \`${method} ${path.replace(/:(\w+)/, '{$1}')}\` | \``
    t.equal(page.split(request).length, 2, `${name}: ${request}`)
  }
})

t.test('docs/cli.md has each flag', async (t) => {
  t.ok(readFileSync(`${root}docs/cli.md`, 'utf8').includes(optionTable()))
})

t.test('a page without the marks of its generated part is refused', async (t) => {
  t.match(
    withParts('cli.md', { flags: 'the flags' }),
    '<!-- flags -->\n\nthe flags\n\n<!-- /flags -->',
  )
  t.throws(() => withParts('faults.md', { fields: '' }), {
    message: 'docs/faults.md has no part "fields"',
  })
})

const documents = ['rostering', 'control'].map((name) => {
  const path = `openapi/${name}.json`
  return { path, text: readFileSync(root + path, 'utf8') }
})

/** The problems that a linter finds, and that are right. */
const exceptions = [
  // They describe requests that no path of the document serves.
  ['openapi/rostering.json', 'no-unused-components', '#/components/responses/NotFound'],
  ['openapi/rostering.json', 'no-unused-components', '#/components/responses/MethodNotAllowed'],
]

t.test('the OpenAPI documents are valid, and follow the recommended rules', async (t) => {
  const config = await createConfig({ extends: ['recommended'] })
  const problems = []
  for (const { path, text } of documents) {
    t.match(await new Validator().validate(JSON.parse(text)), { valid: true }, path)
    for (const { ruleId, location } of await lintFromString({
      source: text,
      absoluteRef: path,
      config,
    }))
      problems.push([path, ruleId, location[0]?.pointer])
  }
  t.strictSame(problems, exceptions)
})

t.test('the OpenAPI documents have each operation, and each call', async (t) => {
  const [rostering, control] = documents.map(({ text }) => JSON.parse(text))
  const idsOf = ({ paths }: { paths: Record<string, Record<string, { operationId: string }>> }) =>
    Object.values(paths).flatMap((path) => Object.values(path).map((it) => it.operationId))
  t.equal(idsOf(rostering).filter((id) => !/Older|Openid/.test(id)).length, operations.length)
  const calls = Object.keys(controlRoutes).map((name) =>
    name.replace(/\.(.)/, (_, letter) => letter.toUpperCase()),
  )
  const others = ['journalEvents', 'caCertificate', 'openapiDocument', 'metrics']
  t.strictSame(idsOf(control).sort(), [...calls, ...others].sort())
})

/** The parts of a document that state a basis. */
function basedOn(value: unknown): Record<string, unknown>[] {
  if (typeof value !== 'object' || value === null) return []
  const parts = Object.values(value).flatMap(basedOn)
  return 'x-basis' in value ? [value as Record<string, unknown>, ...parts] : parts
}

t.test('each response of the rostering API states its basis, as the ledger has it', async (t) => {
  const [{ text = '' } = {}] = documents
  const { paths, components } = JSON.parse(text)
  const parts = basedOn({ paths, components })
  t.ok(parts.length > 100, `${parts.length} parts`)
  for (const part of parts) {
    const rows = part['x-behaviours'] as (keyof typeof behaviours)[]
    const found = rows.map((row) => bases.indexOf(behaviours[row]?.basis))
    t.notOk(found.includes(-1), rows.join())
    const isExample = 'x-reason' in part
    if (!isExample) continue
    t.ok(reasonCodes.includes(part['x-reason'] as never), String(part['x-reason']))
    t.equal(part['x-basis'], bases[Math.max(...found)], rows.join())
  }
  const responses = [
    ...Object.values(paths).flatMap((path) =>
      Object.values(path as object).flatMap((it) => Object.values(it.responses)),
    ),
    ...Object.values(components.responses),
  ] as object[]
  for (const response of responses) t.ok('$ref' in response || 'x-basis' in response)
})
