import type { ChangesState } from '../../domain/state.js'
import type { LoadedScenario } from '../loaded-scenario.js'

/** The whole state of a workspace. */
export interface WorkspaceState extends ChangesState<Buffer> {
  readonly scenario: LoadedScenario
  readonly hasOwnScenario: boolean
}
