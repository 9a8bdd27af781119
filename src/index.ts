export { formatMistake, InputError, type Mistake } from './domain/errors.js'
export type {
  ClientFixture,
  ImportFixture,
  ImportResult,
  ImportStatus,
  ScenarioFixture,
} from './domain/fixture.js'
export { Emulator, type EmulatorSettings } from './emulator/emulator.js'
export type { FixtureSource } from './emulator/load-fixtures.js'
export { type AppOptions, createApp } from './http/app.js'
export type { EmulatorOptions, LogLevel } from './options.js'
export { type RunningEmulator, startEmulator } from './server.js'
