import { InputError } from './domain/errors.js'

/** Gets the certificate that clients of a running emulator have to trust. Throws an `InputError` where there is none. */
export async function fetchCaCertificate(url: string): Promise<string> {
  const refused = (message: string) => new InputError({ path: url, message })
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    throw refused('must be the URL of an emulator, like http://127.0.0.1:4080')
  }
  const response = await fetch(`${url.replace(/\/+$/, '')}/__control/ca.pem`).catch(() => {
    const mend = url.startsWith('https:')
      ? 'use http:// here, as its certificate is not trusted yet'
      : 'name one with --url'
    throw refused(`no emulator responds there: ${mend}`)
  })
  const text = await response.text()
  if (response.ok && text.startsWith('-----BEGIN CERTIFICATE-----')) return text
  throw refused(`what responds there has no certificate: ${response.status}`)
}
