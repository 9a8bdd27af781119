import { parse, type RouteName } from '../../domain/control/routes.js'
import { type UploadOutcomeView, uploadOutcomeSchema } from '../../domain/upload-outcome.js'
import { quoted } from '../../domain/visible-text.js'
import { notFound, type Verbs } from './control-verb.js'

export const uploadVerbs = {
  'uploads.arm': ({ workspace }, { definition }): UploadOutcomeView =>
    workspace.uploads.arm(parse(uploadOutcomeSchema, definition)),
  'uploads.list': ({ workspace }): UploadOutcomeView[] => workspace.uploads.list(),
  'uploads.disarm'({ workspace }, { id }): void {
    const removed = workspace.uploads.disarm(id) ?? notFound(`There is no outcome ${quoted(id)}`)
    workspace.removals.add('outcome', id, removed)
  },
  'uploads.clear': ({ workspace }): void =>
    workspace.removals.add('outcomes', null, workspace.uploads.clear()),
} satisfies Verbs<Extract<RouteName, `uploads.${string}`>>
