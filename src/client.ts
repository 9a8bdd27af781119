export { type ConnectOptions, connectEmulator } from './connect.js'
export type { EmulatorControl } from './domain/control/emulator-control.js'
export { ControlError, type ControlErrorCode, InputError, type Mistake } from './domain/errors.js'
