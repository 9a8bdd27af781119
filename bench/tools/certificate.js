import { execFileSync } from 'node:child_process'
import { scratch } from './places.js'

/** The files of a certificate for 127.0.0.1 and its key, as the emulator makes them: ECDSA with P-256. */
export function certificateFiles() {
  const files = { certificate: scratch('certificate.pem'), key: scratch('certificate-key.pem') }
  const options = [
    ...['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
    ...['-subj', '/CN=bench', '-addext', 'subjectAltName=IP:127.0.0.1'],
    ...['-keyout', files.key, '-out', files.certificate],
  ]
  execFileSync('openssl', ['req', '-x509', ...options], { stdio: 'ignore' })
  return files
}
