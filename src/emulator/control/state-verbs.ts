import type { RouteName } from '../../domain/control/routes.js'
import type { RemovalView, SavepointView } from '../../domain/control/vocabulary.js'
import type { StateDocument } from '../../domain/state.js'
import { decodeState, encodeState } from '../state/state-document.js'
import type { WorkspaceState } from '../state/workspace-state.js'
import { refuseInput, type Verbs } from './control-verb.js'

/** Savepoints, removals that can be undone, the state as a document, and workspaces that start from another one's state. */
export const stateVerbs = {
  'savepoints.list': ({ workspace }): SavepointView[] => workspace.savepoints.list(),
  'savepoints.save': ({ workspace }, { id }): SavepointView =>
    workspace.savepoints.put(id, workspace.save(), workspace.bytes),
  'savepoints.restore'({ emulator, workspace }, { id }): void {
    emulator.restore(workspace, workspace.savepoints.get(id), { countsGoOn: true })
  },
  'savepoints.delete': ({ workspace }, { id }): void =>
    workspace.removals.add('savepoint', id, workspace.savepoints.delete(id)),
  'removals.list': ({ workspace }): RemovalView[] => workspace.removals.list(),
  'removals.undo': ({ workspace }, { id }): void => workspace.removals.undo(id),
  'state.export': ({ workspace }): StateDocument => encodeState(workspace.save()),
  'state.import'({ emulator, workspace }, { document }): void {
    emulator.restore(workspace, decode(document))
  },
  'workspaces.fork': ({ emulator, workspace }, { id }): void => emulator.fork(workspace, id),
} satisfies Verbs<
  Extract<RouteName, `${'savepoints' | 'removals' | 'state'}.${string}` | 'workspaces.fork'>
>

function decode(document: unknown): WorkspaceState {
  try {
    return decodeState(document)
  } catch (error) {
    return refuseInput(error as Error)
  }
}
