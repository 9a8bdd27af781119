import { bareFastifyTls, emulator } from '../subjects/subjects.js'
import { certificateFiles } from '../tools/certificate.js'
import { compare, throughput } from '../tools/compare.js'

export const title = 'Status over HTTPS, one id and one token, 64 connections that stay open'

export async function measure(settings) {
  const files = certificateFiles()
  const flags = ['--tls-cert', files.certificate, '--tls-key', files.key]
  const subjects = {
    'bare Fastify over HTTPS': bareFastifyTls(files),
    'over HTTPS': emulator({ journal: 0, flags, scheme: 'https' }),
    'over HTTP': emulator({ journal: 0, flags }),
  }
  const results = await compare(subjects, settings)
  return [
    ...throughput(results, 'over HTTPS', 'bare Fastify over HTTPS'),
    ...throughput(results, 'over HTTPS', 'over HTTP'),
  ]
}
