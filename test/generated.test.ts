import { readFileSync } from 'node:fs'
import t from 'tap'
import { generatedFiles } from '../scripts/generated-files.js'
import { withParts } from '../scripts/page-parts.js'
import { controlRoutes } from '../src/domain/control/routes.js'

const root = new URL('..', import.meta.url).pathname

for (const [path, text] of Object.entries(await generatedFiles())) {
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

t.test('a page without the marks of its generated part is refused', async (t) => {
  t.throws(() => withParts('faults.md', { fields: '' }), {
    message: 'docs/faults.md has no part "fields"',
  })
})
