import type { EmulatorLogger } from '../emulator/emulator-logger.js'

const trust =
  'Give the client the authority that it has to trust: "tao-upload-emulator ca" prints it'

/** Errors of OpenSSL and of connections, and what to do about them. */
const hints: readonly [code: RegExp, hint: string][] = [
  [
    /ALERT_(?:UNKNOWN_CA|CERTIFICATE_UNKNOWN|BAD_CERTIFICATE)$/,
    `The client refused the certificate. ${trust}`,
  ],
  [
    /UNSUPPORTED_PROTOCOL|ALERT_PROTOCOL_VERSION|VERSION_TOO_LOW/,
    'The client does not speak TLS 1.2 or 1.3',
  ],
  [/NO_APPLICATION_PROTOCOL/, 'The client offers no HTTP/1.1 (ALPN), and nothing else is spoken'],
  [/HANDSHAKE_TIMEOUT/, 'The TLS handshake was not finished in time'],
  [
    /^(?:ECONNRESET|ECONNABORTED|EPIPE)$/,
    `The client closed the connection during the TLS handshake. If it refused the certificate: ${trust}`,
  ],
]

/** Logs a connection on which TLS failed. */
export function logTlsFailure(
  logger: EmulatorLogger,
  { code = 'unknown', message }: NodeJS.ErrnoException,
): void {
  const hint = hints.find(([pattern]) => pattern.test(code))?.[1]
  logger.info({ event: 'tls-failed', code }, hint ?? `TLS failed: ${firstLine(message)}`)
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] as string
}
