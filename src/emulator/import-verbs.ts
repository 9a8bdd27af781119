import {
  definitionSchema,
  type ImportCount,
  type ImportView,
  idSchema,
  importFilterSchema,
  importPageSchema,
} from '../domain/control.js'
import { importTemplateSchema } from '../domain/fixture.js'
import type { ImportDefinition } from '../domain/import-definition.js'
import { quoted } from '../domain/visible-text.js'
import { notFound, parse, verb, withId } from './control-verb.js'

/** Imports: what is defined, and what became of it. */
export const importVerbs = {
  'imports.list': verb({
    method: 'GET',
    path: '/imports',
    schema: importPageSchema,
    run: ({ workspace }, page): ImportView[] => workspace.imports.list(page),
  }),
  'imports.count': verb({
    method: 'GET',
    // Not below `/imports`, where it would hide an import of that id.
    path: '/import-count',
    schema: importFilterSchema,
    run: ({ workspace }, filter): ImportCount => workspace.imports.count(filter),
  }),
  'imports.get': verb({
    method: 'GET',
    path: '/imports/:id',
    schema: idSchema,
    run: ({ workspace }, { id }): ImportView =>
      workspace.imports.get(id) ?? notFound(`There is no import ${quoted(id)}`),
  }),
  'imports.put': verb({
    method: 'PUT',
    path: '/imports/:id',
    body: 'definition',
    schema: definitionSchema,
    run({ workspace }, { id, definition }): ImportView {
      parse(importTemplateSchema, withId('referenceId', id, definition))
      const { referenceId: _, ...own } = structuredClone(definition) as { referenceId?: string }
      workspace.imports.put(id, own as ImportDefinition)
      return workspace.imports.get(id) as ImportView
    },
  }),
  'imports.delete': verb({
    method: 'DELETE',
    path: '/imports/:id',
    schema: idSchema,
    run({ workspace }, { id }): void {
      if (!workspace.imports.delete(id)) notFound(`There is no import ${quoted(id)}`)
    },
  }),
}
