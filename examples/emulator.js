import { connectEmulator } from 'tao-upload-emulator'

/**
 * The emulator that `tao-upload-emulator exec` has started around the test runner. Each test file takes a
 * workspace of its own, so that files run side by side and never meet.
 */
export function emulatorFor(file) {
  return connectEmulator(process.env.TAO_EMULATOR_URL).workspace(file)
}
