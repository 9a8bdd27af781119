export { type ConnectOptions, connectEmulator } from './connect.js'
export type { TokenFlaw } from './domain/access-token.js'
export type { Basis, BehaviourId } from './domain/behaviours.js'
export type { EmulatorControl, WaitOptions } from './domain/control/emulator-control.js'
export type {
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
  RemovalView,
  RemovedThing,
  ReportOptions,
  SavepointView,
  ScenarioChange,
  ScenarioCount,
  ScenarioExportOptions,
  ScenarioLoadOptions,
  TokenSpec,
} from './domain/control/vocabulary.js'
export {
  ControlError,
  type ControlErrorCode,
  formatMistake,
  InputError,
  type Mistake,
} from './domain/errors.js'
export type {
  ConnectionFault,
  Delay,
  DelayableFault,
  DelayFault,
  FaultDefinition,
  FaultKind,
  FaultSelection,
  FaultView,
  HangFault,
  HtmlFault,
  LogNormalDelay,
  SlowBodyFault,
  StatusFault,
  TruncateFault,
  UniformDelay,
} from './domain/fault.js'
export type {
  ClientDefinition,
  ClientFixture,
  ClientInput,
  ImportFixture,
  NamedImport,
  ScenarioFixture,
} from './domain/fixture.js'
export type { FixedState, ServerError } from './domain/imports/fixed-state.js'
export type {
  ClearOverrideMark,
  ClockChange,
  ClockMark,
  CourseStepView,
  DownloadMark,
  FaultMark,
  FinishMark,
  HistoryMark,
  ImportHistory,
  LeftOut,
  OverrideMark,
  PollMark,
  RefusalMark,
  UploadMark,
} from './domain/imports/history.js'
export type {
  ImportDefinition,
  ImportInput,
  ProgressingImport,
  Start,
  TimedImport,
} from './domain/imports/import-definition.js'
export type { ImportResult, ImportState } from './domain/imports/import-state.js'
export type { ImportStatus } from './domain/imports/import-status.js'
export type { Progress } from './domain/imports/progress.js'
export type { StepCondition, Timeline, TimelineStep } from './domain/imports/timeline.js'
export type { JournalEntry, JournalFilter, Outcome } from './domain/journal.js'
export type { Duration } from './domain/milliseconds.js'
export type { MintedToken } from './domain/oauth.js'
export type { Operation } from './domain/operations.js'
export type { Reason, ReasonCode } from './domain/reason.js'
export type { FindingCode } from './domain/report/findings.js'
export type { OutcomeGroup, OutcomeInfo, OutcomeName } from './domain/report/outcomes.js'
export {
  assertReport,
  ReportError,
  type ReportRequirements,
} from './domain/report/requirements.js'
export type {
  Finding,
  OutcomeCount,
  RunReport,
  UnexpectedRequests,
  UnusedDefinitions,
  UnusedList,
} from './domain/report/run-report.js'
export type { MannersInput, Threshold } from './domain/report/thresholds.js'
export type { UnexpectedKind } from './domain/report/unexpected.js'
export type { Service, ServiceInput } from './domain/service.js'
export type { StateDocument } from './domain/state.js'
export type {
  UploadedFile,
  UploadOutcome,
  UploadOutcomeView,
  UploadSelection,
} from './domain/upload-outcome.js'
export type { EmulatorLogger } from './emulator/emulator-logger.js'
export type { FixtureSource } from './emulator/fixtures/load-fixtures.js'
export type { Environment } from './emulator/fixtures/placeholders.js'
export type { EmulatorOptions, LogLevel, StartOptions } from './emulator-options.js'
export type { Inject } from './inject.js'
export type { Recording, RecordOptions } from './record/record-import.js'
export { recordImport } from './record.js'
export { type RunningEmulator, startEmulator } from './server.js'
export type { ServiceSettings } from './settings.js'
export type { Difference } from './verify/expectations.js'
export type { ServiceClient } from './verify/service-client.js'
export type { CheckResult, Verification } from './verify/verify.js'
export type { VerifyOptions } from './verify/verify-service.js'
export { verifyService } from './verify.js'
