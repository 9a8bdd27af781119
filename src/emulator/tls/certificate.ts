import { createHash, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto'
import { AsnConvert, OctetString } from '@peculiar/asn1-schema'
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralName,
  GeneralSubtree,
  GeneralSubtrees,
  id_ce_authorityKeyIdentifier,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_nameConstraints,
  id_ce_subjectAltName,
  id_ce_subjectKeyIdentifier,
  id_kp_serverAuth,
  KeyUsage,
  KeyUsageFlags,
  Name,
  NameConstraints,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509'
import { isAddress, localNetworks } from './addresses.js'

/*
 * This module is loaded when the first certificate is made, and not before: the ASN.1 schemas take some 40 ms to load.
 */

/** A certificate that signs others, and its key. */
export interface Issuer {
  /** In DER. */
  readonly certificate: Buffer
  readonly privateKey: KeyObject
}

const dayMs = 24 * 60 * 60 * 1000

/** A clock that runs a little behind must not refuse a certificate that was made just now. */
const skewMs = dayMs

/** How long an authority is valid, in days. */
const authorityDays = 3650

/** How long a server certificate is valid, in days, the skew included: browsers take no more than 398. */
const serverDays = 397

/** Makes a self-signed certificate authority that signs server certificates only. Returns it in DER. */
export function makeAuthority(privateKey: KeyObject, now: number): Buffer {
  const publicKey = createPublicKey(privateKey)
  // Authorities of the same name and with different keys confuse clients that trust both.
  const commonName = `tao-upload-emulator CA ${keyIdOf(publicKey).toString('hex').slice(0, 8)}`
  const name = nameOf(commonName)
  return signCertificate(privateKey, {
    issuer: name,
    subject: name,
    publicKey,
    from: now - skewMs,
    until: now - skewMs + authorityDays * dayMs,
    extensions: [
      extension(id_ce_basicConstraints, new BasicConstraints({ cA: true, pathLenConstraint: 0 }), {
        isCritical: true,
      }),
      extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign), {
        isCritical: true,
      }),
      // No client takes it for the authority of mail or of code.
      extension(id_ce_extKeyUsage, new ExtendedKeyUsage([id_kp_serverAuth])),
      // Names without a dot cannot be written as a constraint, so that only addresses have one.
      extension(
        id_ce_nameConstraints,
        new NameConstraints({
          permittedSubtrees: new GeneralSubtrees(
            localNetworks.map(
              (iPAddress) => new GeneralSubtree({ base: new GeneralName({ iPAddress }) }),
            ),
          ),
        }),
        { isCritical: true },
      ),
      extension(id_ce_subjectKeyIdentifier, keyIdentifier(publicKey)),
    ],
  })
}

/** Makes a server certificate for these host names and addresses. Returns it in DER. */
export function makeServerCertificate(
  { certificate, privateKey }: Issuer,
  publicKey: KeyObject,
  names: readonly string[],
  now: number,
): Buffer {
  const authority = AsnConvert.parse(certificate, Certificate).tbsCertificate
  const expires = authority.validity.notAfter.getTime().getTime()
  const authorityKeyId = authority.extensions?.find(
    ({ extnID }) => extnID === id_ce_subjectKeyIdentifier,
  )
  const from = now - skewMs
  return signCertificate(privateKey, {
    issuer: authority.subject,
    subject: nameOf('tao-upload-emulator'),
    publicKey,
    from,
    until: Math.min(from + serverDays * dayMs, expires),
    extensions: [
      extension(id_ce_keyUsage, new KeyUsage(KeyUsageFlags.digitalSignature), {
        isCritical: true,
      }),
      extension(id_ce_extKeyUsage, new ExtendedKeyUsage([id_kp_serverAuth])),
      extension(
        id_ce_subjectAltName,
        new SubjectAlternativeName(
          names.map(
            (name) => new GeneralName(isAddress(name) ? { iPAddress: name } : { dNSName: name }),
          ),
        ),
      ),
      extension(id_ce_subjectKeyIdentifier, keyIdentifier(publicKey)),
      // An authority of somebody else may have no identifier to point at.
      ...(authorityKeyId === undefined
        ? []
        : [
            extension(
              id_ce_authorityKeyIdentifier,
              new AuthorityKeyIdentifier({
                keyIdentifier: AsnConvert.parse(authorityKeyId.extnValue, SubjectKeyIdentifier),
              }),
            ),
          ]),
    ],
  })
}

interface Contents {
  readonly issuer: Name
  readonly subject: Name
  readonly publicKey: KeyObject
  readonly from: number
  readonly until: number
  readonly extensions: readonly Extension[]
}

function signCertificate(key: KeyObject, contents: Contents): Buffer {
  const { issuer, subject, publicKey, from, until, extensions } = contents
  const { hash, algorithm } = signatureOf(key)
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: randomSerial(),
    signature: algorithm,
    issuer,
    validity: new Validity({ notBefore: new Date(from), notAfter: new Date(until) }),
    subject,
    subjectPublicKeyInfo: AsnConvert.parse(spkiOf(publicKey), SubjectPublicKeyInfo),
    extensions: new Extensions([...extensions]),
  })
  const signed = Buffer.from(AsnConvert.serialize(tbsCertificate))
  return Buffer.from(
    AsnConvert.serialize(
      new Certificate({
        tbsCertificate,
        signatureAlgorithm: algorithm,
        signatureValue: toArrayBuffer(sign(hash, signed, key)),
      }),
    ),
  )
}

/** RFC 5758 §3.2 and RFC 4055 §5. */
function signatureOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject) {
  if (asymmetricKeyType === 'rsa') {
    // The parameters are NULL, and not left out.
    const parameters = toArrayBuffer(Buffer.from([5, 0]))
    const algorithm = new AlgorithmIdentifier({ algorithm: '1.2.840.113549.1.1.11', parameters })
    return { hash: 'sha256', algorithm }
  }
  const isLong = asymmetricKeyDetails?.namedCurve !== 'prime256v1'
  const algorithm = new AlgorithmIdentifier({ algorithm: `1.2.840.10045.4.3.${isLong ? 3 : 2}` })
  return { hash: isLong ? 'sha384' : 'sha256', algorithm }
}

/** 127 bits by chance: positive, of full length, and never repeated. */
function randomSerial(): ArrayBuffer {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] as number) & 0x3f) | 0x40
  return toArrayBuffer(bytes)
}

function extension(extnID: string, value: object, { isCritical = false } = {}): Extension {
  const extnValue = new OctetString(AsnConvert.serialize(value))
  return new Extension({ extnID, critical: isCritical, extnValue })
}

function keyIdentifier(publicKey: KeyObject): SubjectKeyIdentifier {
  return new SubjectKeyIdentifier(toArrayBuffer(keyIdOf(publicKey)))
}

function keyIdOf(publicKey: KeyObject): Buffer {
  return createHash('sha256').update(spkiOf(publicKey)).digest().subarray(0, 20)
}

function spkiOf(publicKey: KeyObject): Buffer {
  return publicKey.export({ type: 'spki', format: 'der' })
}

function nameOf(commonName: string): Name {
  const value = new AttributeValue({ utf8String: commonName })
  return new Name([
    new RelativeDistinguishedName([new AttributeTypeAndValue({ type: '2.5.4.3', value })]),
  ])
}

function toArrayBuffer(bytes: Buffer): ArrayBuffer {
  return Uint8Array.from(bytes).buffer
}
