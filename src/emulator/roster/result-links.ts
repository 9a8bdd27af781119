import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { VendorError } from '../../domain/errors.js'

/** The lifetime of a link to a result file, in seconds of the virtual clock (published). */
const lifetimeSeconds = 900

/** The parameters of a link besides the referenceId. */
export interface LinkQuery {
  /** Seconds since the epoch. */
  readonly expires: string
  readonly signature: string
}

/** Signs links to result files, which then need no bearer token. */
export class ResultLinks {
  /** The secret that signs. */
  readonly key: Buffer

  constructor(key: Buffer = randomBytes(32)) {
    this.key = key
  }

  /** `subject` names the result file, and the workspace that it is in. */
  sign(subject: string, now: number): LinkQuery {
    const expires = String(Math.floor(now / 1000) + lifetimeSeconds)
    return { expires, signature: this.#signatureOf(subject, expires) }
  }

  /** Throws 403 unless the link is one of ours, whole and not expired. */
  verify(subject: string, { expires, signature }: LinkQuery, now: number): void {
    const expected = Buffer.from(this.#signatureOf(subject, expires))
    const given = Buffer.from(signature)
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      const message = 'The signature of the link is missing or wrong'
      throw new VendorError('link-refused', { code: 'link-forged', message })
    }
    const agoSeconds = Math.floor(now / 1000) - Number(expires)
    if (agoSeconds >= 0) {
      const message = `The link expired ${agoSeconds} s ago`
      throw new VendorError('link-refused', { code: 'link-expired', message })
    }
  }

  #signatureOf(subject: string, expires: string): string {
    return createHmac('sha256', this.key).update(`${expires} ${subject}`).digest('hex')
  }
}
