import type { ClientDefinition } from './domain/fixture.js'
import type { Emulator } from './emulator/emulator.js'

/** What a system under test is configured with. */
export interface ServiceSettings {
  /** The address, without a slash at its end: `http://127.0.0.1:4080`, or the public URL. */
  readonly url: string
  /** For a client that is configured by host alone and speaks HTTPS: `localhost:4080`. */
  readonly host: string
  /** The token endpoint. */
  readonly tokenUrl: string
  /** A status is at this address and `/<referenceId>`. */
  readonly statusUrl: string
  /** The upload endpoint. */
  readonly uploadUrl: string
  /** A download is at this address and `/<referenceId>`. */
  readonly downloadUrl: string
  /** A client with the scope of the API; undefined where the fixtures have none. */
  readonly clientId: string | undefined
  readonly clientSecret: string | undefined
  /** The certificate to trust for HTTPS, in PEM. It is made when it is first asked for. */
  readonly caCertificate: Promise<string>
}

/** The settings of an emulator that listens at `url`. */
export function createSettings(
  emulator: Emulator,
  url: string,
  caCertificate: () => Promise<string>,
): ServiceSettings {
  const base = emulator.publicUrl ?? url
  const client = usableClient(emulator)
  return {
    url: base,
    host: emulator.publicUrl === undefined ? localHost(url) : new URL(base).host,
    tokenUrl: `${base}/api/v1/upload/v1/oauth2/tokens`,
    statusUrl: `${base}/api/v1/upload/api/v1/status`,
    uploadUrl: `${base}/api/v1/upload/api/v1/upload`,
    downloadUrl: `${base}/api/v1/upload/api/v1/download`,
    clientId: client?.clientId,
    clientSecret: client?.clientSecret,
    get caCertificate() {
      return caCertificate()
    },
  }
}

/** A client whose tokens the rostering API takes. */
export function usableClient({ main }: Emulator): ClientDefinition | undefined {
  return main.clients
    .list()
    .find(({ scopes, tokenFlaw }) => scopes.includes('rostering') && !tokenFlaw)
}

/** Host and port of a URL, with `localhost` for a loopback address: clients verify names more often than addresses. */
export function localHost(url: string): string {
  const { hostname, port } = new URL(url)
  const address = hostname.replace(/^\[(.*)\]$/, '$1')
  const isLoopback = address === '127.0.0.1' || address === '::1'
  // A URL leaves out the port of its scheme.
  return `${isLoopback ? 'localhost' : hostname}:${port || '80'}`
}
