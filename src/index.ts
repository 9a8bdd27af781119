export { type ConnectOptions, connectEmulator } from './connect.js'
export type { EmulatorControl } from './control.js'
export type { Basis, BehaviourId } from './domain/behaviours.js'
export type {
  ClientInput,
  ClientView,
  ClockView,
  Count,
  FoundEntries,
  Health,
  ImportCount,
  ImportFilter,
  ImportKind,
  ImportPage,
  ImportView,
  MintedToken,
  TokenSpec,
} from './domain/control.js'
export {
  ControlError,
  type ControlErrorCode,
  formatMistake,
  InputError,
  type Mistake,
} from './domain/errors.js'
export type { Delay, FaultDefinition, FaultKind, FaultView } from './domain/fault.js'
export type { ClientFixture, ImportFixture, ScenarioFixture } from './domain/fixture.js'
export type {
  ImportDefinition,
  ImportInput,
  ImportResult,
} from './domain/import-definition.js'
export type { ImportStatus } from './domain/import-status.js'
export type { JournalEntry, JournalFilter, Outcome } from './domain/journal.js'
export type { Operation } from './domain/operations.js'
export type { Reason, ReasonCode } from './domain/reason.js'
export type { Service, ServiceInput } from './domain/service.js'
export type { UploadedFile, UploadOutcome, UploadOutcomeView } from './domain/upload-outcome.js'
export type { FixtureSource } from './emulator/load-fixtures.js'
export type { EmulatorOptions, LogLevel } from './emulator-options.js'
export { type RunningEmulator, startEmulator } from './server.js'
export type { ServiceSettings } from './settings.js'
