import { isIP } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { ControlError } from '../domain/errors.js'
import { isLocalName } from '../domain/local-name.js'
import { quoted } from '../domain/visible-text.js'
import { isSameSecret } from '../emulator/tokens/compare-secrets.js'
import { headerValues } from './request-head.js'
import { endsConnection } from './unread-body.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Needs no control token. */
    isOpen?: boolean
  }
}

/** The rules for access to the control API and the sandbox page. */
export interface Guards {
  /** Further names in the `Host` header that are not strangers. */
  readonly allowedHosts: readonly string[]
  /** The token that every control request needs, except the open routes. */
  readonly controlToken: string | undefined
  /** The address of the page behind a proxy, which may send another `Host`. */
  readonly publicUrl?: string | undefined
}

/**
 * Keeps web pages out, which the browser of a developer lets send requests to the loopback interface:
 * neither from another origin (CSRF), nor under a name that leads here (DNS rebinding).
 */
export function keepStrangersOut(app: FastifyInstance, { allowedHosts, publicUrl }: Guards): void {
  const publicOrigin = publicUrl && new URL(publicUrl).origin
  const allowed = new Set(allowedHosts.map((host) => host.toLowerCase()))
  app.addHook('onRequest', async (request, reply) => {
    if (endsConnection(request.raw)) reply.header('connection', 'close')
    const [host = '', ...others] = headerValues(request, 'host')
    if (others.length > 0 || !isTrustedHost(host, allowed)) {
      const shown = quoted(host.slice(0, 80))
      const [, plain = ''] = /^([\w.-]{1,80})(?::\d+)?$/.exec(host) ?? []
      const name = plain && ` ${plain}`
      throw new ControlError(
        'forbidden',
        `Host ${shown} is not trusted (DNS rebinding). Allow it with --allowed-host${name}`,
      )
    }
    const { origin, 'sec-fetch-site': site, 'sec-fetch-mode': mode } = request.headers
    const isForeign =
      origin !== undefined && origin !== publicOrigin && hostOf(origin) !== host.toLowerCase()
    // A link on a page of this machine may lead here: that shows the page to its reader and to nobody else.
    const isFromSite = site === 'cross-site' || (site === 'same-site' && mode !== 'navigate')
    if (isForeign || isFromSite) {
      throw new ControlError('forbidden', 'A page of another origin may not control the emulator')
    }
  })
}

/** Asks for the control token, where there is one. */
export function requireControlToken(app: FastifyInstance, { controlToken }: Guards): void {
  if (controlToken === undefined) return
  app.addHook('onRequest', async ({ headers, routeOptions }) => {
    if (routeOptions.config.isOpen === true) return
    const [, token = ''] = /^bearer +(.*)$/i.exec(headers.authorization ?? '') ?? []
    if (!isSameSecret(token, controlToken)) {
      throw new ControlError(
        'unauthorized',
        'The control API needs the control token: send it as a bearer token',
      )
    }
  })
}

/** An address, a name of this machine, a name without a dot as containers have it, or one that was allowed. */
function isTrustedHost(host: string, allowed: ReadonlySet<string>): boolean {
  const name = host.toLowerCase().replace(/:\d+$/, '').replace(/\.$/, '')
  if (allowed.has(name) || allowed.has(host.toLowerCase())) return true
  if (isIP(name) !== 0 || isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0) return true
  return isLocalName(name)
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined
}
