import { parse, type RouteName } from '../../domain/control/routes.js'
import type { ImportCount, ImportView } from '../../domain/control/vocabulary.js'
import { importTemplateSchema } from '../../domain/fixture.js'
import { quoted } from '../../domain/visible-text.js'
import { notFound, type Verbs, withId } from './control-verb.js'

/** Imports: what is defined, and what became of it. */
export const importVerbs = {
  'imports.list': ({ workspace }, page): ImportView[] => workspace.imports.list(page),
  'imports.count': ({ workspace }, filter): ImportCount => workspace.imports.count(filter),
  'imports.get': ({ workspace }, { id }): ImportView =>
    workspace.imports.get(id) ?? notFound(`There is no import ${quoted(id)}`),
  'imports.put'({ workspace }, { id, definition }): ImportView {
    const fixture = parse(importTemplateSchema, withId('referenceId', id, definition))
    const { referenceId: _, ...own } = structuredClone(fixture)
    workspace.imports.put(id, own)
    return workspace.imports.get(id) as ImportView
  },
  'imports.delete'({ workspace }, { id }): void {
    if (!workspace.imports.delete(id)) notFound(`There is no import ${quoted(id)}`)
  },
} satisfies Verbs<Extract<RouteName, `imports.${string}`>>
