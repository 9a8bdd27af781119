import { readFile } from 'node:fs/promises'
import { InputError } from '../../domain/errors.js'

const certificatePattern = /-----BEGIN CERTIFICATE-----[\w+/=\s]+-----END CERTIFICATE-----/g

const privateKeyPattern =
  /-----BEGIN (?:RSA |EC )?PRIVATE KEY-----[\w+/=\s]+-----END (?:RSA |EC )?PRIVATE KEY-----/

/** The certificates of a PEM file, in their order, each with a newline at its end. */
export function certificatesIn(text: string): string[] {
  return (text.match(certificatePattern) ?? []).map((pem) => `${pem}\n`)
}

/** The first private key of a PEM file; an encrypted one is none. */
export function privateKeyIn(text: string): string | undefined {
  return privateKeyPattern.exec(text)?.[0]
}

export function toPem(certificate: Buffer): string {
  const lines = certificate.toString('base64').replace(/.{64}(?=.)/g, '$&\n')
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`
}

/** Reads a file that an option names. Throws an `InputError` that names both. */
export async function readText(option: string, path: string): Promise<string> {
  return readFile(path, 'utf8').catch(({ message }: Error) => {
    throw new InputError({ path: option, message: `cannot be read: ${message}` })
  })
}
