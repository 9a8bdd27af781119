import { idSchema, nothingSchema, wholeBodySchema } from '../domain/control.js'
import { type UploadOutcomeView, uploadOutcomeSchema } from '../domain/upload-outcome.js'
import { quoted } from '../domain/visible-text.js'
import { notFound, parse, verb } from './control-verb.js'

export const uploadVerbs = {
  'uploads.arm': verb({
    method: 'POST',
    path: '/uploads',
    body: 'definition',
    schema: wholeBodySchema,
    run: ({ workspace }, { definition }): UploadOutcomeView =>
      workspace.uploads.arm(parse(uploadOutcomeSchema, definition)),
  }),
  'uploads.list': verb({
    method: 'GET',
    path: '/uploads',
    schema: nothingSchema,
    run: ({ workspace }): UploadOutcomeView[] => workspace.uploads.list(),
  }),
  'uploads.disarm': verb({
    method: 'DELETE',
    path: '/uploads/:id',
    schema: idSchema,
    run({ workspace }, { id }): void {
      if (!workspace.uploads.disarm(id)) notFound(`There is no outcome ${quoted(id)}`)
    },
  }),
  'uploads.clear': verb({
    method: 'DELETE',
    path: '/uploads',
    schema: nothingSchema,
    run: ({ workspace }): void => workspace.uploads.clear(),
  }),
}
