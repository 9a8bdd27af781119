import {
  ControlError,
  type ControlErrorCode,
  formatMistake,
  type Mistake,
} from '../domain/errors.js'

const remedies: Readonly<Record<ControlErrorCode, string>> = {
  invalid_input: 'Correct the input and call the tool again. Nothing was changed.',
  not_found: 'list_imports shows the imports, and get_settings the clients.',
  conflict: 'Use another name.',
  timeout: 'Call the tool again.',
  too_large: 'Send less at once.',
  unauthorized:
    'Start the MCP server with the control token of the emulator, in TAO_EMULATOR_CONTROL_TOKEN or --control-token-file.',
  forbidden:
    'Start the MCP server without --workspace main, or the emulator without --protect-main and with this host in --allowed-host.',
  internal_error: 'This is a fault of the emulator: its log has the details.',
}

/** Says what went wrong with a call of a tool, and what to do. */
export function errorText(error: unknown, url: string): string {
  if (error instanceof ControlError) {
    const { code, message, path = '', mistakes = [{ path, message }] } = error
    return [...mistakes.map(formatMistake), remedies[code]].join('\n')
  }
  const { message, cause } = error as Error
  // `fetch` rejects with a cause where it gets no response.
  return error instanceof TypeError && cause
    ? `No emulator responds at ${url}. Start it there, or start the MCP server with another --url.`
    : message
}

/** Says what is wrong with the input of a tool. */
export function inputText(mistakes: readonly Mistake[]): string {
  return [...mistakes.map(formatMistake), remedies.invalid_input].join('\n')
}
