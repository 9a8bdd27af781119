import { readFile } from 'node:fs/promises'
import { type ClientRequest, request as requestHttp } from 'node:http'
import { type RequestOptions, request as requestHttps } from 'node:https'
import { rootCertificates } from 'node:tls'
import { HttpProxyAgent } from 'http-proxy-agent'
import { HttpsProxyAgent } from 'https-proxy-agent'
import { getProxyForUrl } from 'proxy-from-env'
import { InputError } from '../domain/errors.js'
import { clearTimeout, setTimeout } from '../emulator/real-time.js'
import type { ReceivedResponse, Send, SentRequest } from './message.js'

/** The time in which a response must arrive completely, in milliseconds. */
const deadlineMs = 10_000
/** The largest body that is read, in bytes. */
const maxBodyBytes = 16 * 1024 ** 2

/** How a connection to the service is made. */
export interface ConnectionOptions {
  /** The path of a PEM file with certificates to trust beside the usual ones. */
  readonly ca?: string | undefined
  /** Trusts any certificate. */
  readonly insecure?: boolean | undefined
}

/** Makes the function that sends requests, by way of the proxy that `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` name. */
export async function createSend(
  origin: string,
  { ca, insecure }: ConnectionOptions,
  timeoutMs = deadlineMs,
): Promise<Send> {
  const tls = {
    ...(ca !== undefined && { ca: [...rootCertificates, await readCertificates(ca)] }),
    rejectUnauthorized: insecure !== true,
  }
  const proxy = getProxyForUrl(origin)
  const isHttps = origin.startsWith('https:')
  const agent =
    proxy === '' ? undefined : isHttps ? new HttpsProxyAgent(proxy) : new HttpProxyAgent(proxy)
  const options: RequestOptions = { ...(isHttps && tls), agent: agent ?? false }
  return (request) => exchange(origin, request, options, timeoutMs)
}

async function readCertificates(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(({ message }: Error) => {
    throw new InputError({ path: '--ca', message: `cannot be read: ${message}` })
  })
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text
  throw new InputError({ path: '--ca', message: `${path} holds no PEM certificate` })
}

function exchange(
  origin: string,
  { method, path, headers, body }: SentRequest,
  options: RequestOptions,
  timeoutMs: number,
): Promise<ReceivedResponse> {
  return new Promise((resolve, reject) => {
    const start = origin.startsWith('https:') ? requestHttps : requestHttp
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
    const request: ClientRequest = start(
      origin + path,
      { ...options, method, headers: { ...headers, ...length } },
      (response) => {
        const chunks: Buffer[] = []
        let size = 0
        response.on('data', (chunk: Buffer) => {
          size += chunk.length
          if (size > maxBodyBytes) request.destroy(new Error('the body is larger than 16 MiB'))
          else chunks.push(chunk)
        })
        response.on('error', fail)
        response.on('end', () => {
          clearTimeout(timer)
          resolve({
            status: response.statusCode as number,
            headers: pairsOf(response.rawHeaders),
            body: Buffer.concat(chunks).toString(),
          })
        })
      },
    )
    const fail = (error: Error) => {
      clearTimeout(timer)
      reject(new Error(describeFailure(error), { cause: error }))
    }
    const timer = setTimeout(
      () => request.destroy(new Error(`no response within ${timeoutMs / 1000} s`)),
      timeoutMs,
    )
    request.on('error', fail)
    request.end(body)
  })
}

function pairsOf(rawHeaders: readonly string[]): (readonly [string, string])[] {
  return Array.from({ length: rawHeaders.length / 2 }, (_, index) => [
    String(rawHeaders[2 * index]).toLowerCase(),
    String(rawHeaders[2 * index + 1]),
  ])
}

/** Codes of Node.js in words that say what to do. */
const failures: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no host of this name',
  ECONNRESET: 'the connection was closed without a response',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is not trusted: give --ca FILE, or --insecure',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not trusted: give --ca FILE, or --insecure',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is not trusted: give --ca FILE, or --insecure',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'its certificate is not trusted: give --ca FILE, or --insecure',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
}

function describeFailure(error: NodeJS.ErrnoException): string {
  return failures[error.code ?? ''] ?? error.message
}
