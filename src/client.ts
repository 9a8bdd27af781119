export { type ConnectOptions, connectEmulator } from './connect.js'
export type { EmulatorControl } from './control.js'
export { ControlError, type ControlErrorCode, InputError, type Mistake } from './domain/errors.js'
