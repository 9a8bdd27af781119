import { parse, type RouteName } from '../../domain/control/routes.js'
import type { ImportCount, ImportView } from '../../domain/control/vocabulary.js'
import { importTemplateSchema } from '../../domain/fixture.js'
import { toState } from '../../domain/imports/compile-import.js'
import { fixedStateSchema } from '../../domain/imports/fixed-state.js'
import type { ImportHistory } from '../../domain/imports/history.js'
import { quoted } from '../../domain/visible-text.js'
import { requireResultFile } from '../roster/required-result.js'
import type { Workspace } from '../workspace.js'
import { notFound, type Verbs, withId } from './control-verb.js'

/** Imports: what is defined, and what became of it. */
export const importVerbs = {
  'imports.list': ({ workspace }, page): ImportView[] => workspace.imports.list(page),
  'imports.count': ({ workspace }, filter): ImportCount => workspace.imports.count(filter),
  'imports.get': ({ workspace }, { id }): ImportView => viewOf(workspace, id),
  'imports.put'({ workspace }, { id, definition }): ImportView {
    const fixture = parse(importTemplateSchema, withId('referenceId', id, definition))
    const { referenceId: _, ...own } = structuredClone(fixture)
    workspace.imports.put(id, own)
    return viewOf(workspace, id)
  },
  'imports.delete'({ workspace }, { id }): void {
    workspace.removals.add('import', id, workspace.imports.delete(id) ?? noImport(id))
  },
  'imports.finish'({ workspace }, { id }): ImportView {
    if (!workspace.imports.finish(id)) noImport(id)
    return viewOf(workspace, id)
  },
  'imports.override'({ workspace }, { id, state }): ImportView {
    const override = toState(structuredClone(parse(fixedStateSchema, state)))
    if (!workspace.imports.override(id, override)) noImport(id)
    return viewOf(workspace, id)
  },
  'imports.clearOverride'({ workspace }, { id }): void {
    if (!workspace.imports.clearOverride(id)) noImport(id)
  },
  'imports.history': ({ workspace }, { id }): ImportHistory =>
    workspace.imports.history(id) ?? noImport(id),
  'imports.result'({ workspace }, { id }): string {
    try {
      return String(requireResultFile(workspace, id))
    } catch (error) {
      return notFound((error as Error).message)
    }
  },
} satisfies Verbs<Extract<RouteName, `imports.${string}`>>

function viewOf({ imports }: Workspace, id: string): ImportView {
  return imports.get(id) ?? noImport(id)
}

function noImport(id: string): never {
  return notFound(`There is no import ${quoted(id)}`)
}
