import { tokenFlaws } from '../../src/domain/access-token.js'
import { decodeToken } from '../jwt.js'
import { CopyButton } from '../parts/buttons.js'
import { Code } from '../parts/details.js'
import { Choice, Empty, Field } from '../parts/field.js'
import { spanOf } from '../parts/text.js'
import {
  accessToken,
  clientId,
  flaw,
  lifetime,
  mint,
  pickClient,
  scopes,
  wantToken,
} from '../state/call.js'
import { now } from '../state/clock.js'
import { clients } from '../state/emulator.js'
import { act } from '../state/notice.js'

/** Makes tokens of a client, right ones or flawed ones, and shows what is in them. */
export function TokenPanel() {
  return (
    <section class="panel" aria-label="Token">
      <h2>Token</h2>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault()
          void act(mint, `A token of ${clientId.value}`)
        }}
      >
        <Choice
          label="Client"
          value={clientId.value}
          options={(clients.value ?? []).map((it) => [it.clientId, it.clientId])}
          onChange={pickClient}
        />
        <div class="columns">
          <Choice
            label="Flaw"
            value={flaw.value ?? 'none'}
            options={[['none', 'none'], ...tokenFlaws.map((it) => [it, it] as const)]}
            onChange={(it) => wantToken({ flaw: it === 'none' ? undefined : it })}
          />
          <Field
            label="Lifetime, s"
            value={lifetime.value}
            placeholder={lifetimeOf(clientId.value)}
            onInput={(value) => wantToken({ lifetime: value })}
          />
          <Field
            label="Scopes"
            value={scopes.value}
            placeholder={scopesOf(clientId.value)}
            onInput={(value) => wantToken({ scopes: value })}
          />
        </div>
        <div class="actions">
          <button type="submit" class="primary" disabled={clientId.value === ''}>
            Get a token
          </button>
          {accessToken.value !== '' && (
            <CopyButton label="Copy token" text={() => accessToken.value} />
          )}
        </div>
      </form>
      <Decoded />
    </section>
  )
}

const viewOf = (id: string) => clients.value?.find((it) => it.clientId === id)
const lifetimeOf = (id: string) => String(viewOf(id)?.tokenLifetime ?? 3600)
const scopesOf = (id: string) => viewOf(id)?.scopes.join(' ') || 'none'

function Decoded() {
  const token = accessToken.value
  if (token === '') {
    return <Empty title="No token yet">The control API makes it: no secret is needed.</Empty>
  }
  const decoded = decodeToken(token)
  return (
    <>
      <Lifetime claims={decoded?.claims ?? {}} />
      {decoded === undefined ? (
        <Code label="Token" text={token} />
      ) : (
        <>
          <h3>Claims</h3>
          <Code label="Claims" text={JSON.stringify(decoded.claims, null, 2)} />
          <h3>Header</h3>
          <Code label="Header" text={JSON.stringify(decoded.header, null, 2)} />
        </>
      )}
    </>
  )
}

/** Shows the time until the token expires, by the virtual clock, in whole seconds. */
function Lifetime({ claims }: { readonly claims: Readonly<Record<string, unknown>> }) {
  const { iat, nbf, exp } = claims
  if (typeof exp !== 'number') return <p class="lifetime">This token cannot be read.</p>
  const nowSeconds = Math.floor(now.value / 1000)
  const validFrom = Math.max(Number(nbf ?? 0), Number(iat ?? 0))
  if (nowSeconds >= exp) {
    return <p class="lifetime over">expired {spanOf((nowSeconds - exp) * 1000)} ago</p>
  }
  if (nowSeconds < validFrom) {
    return (
      <p class="lifetime over">not valid for another {spanOf((validFrom - nowSeconds) * 1000)}</p>
    )
  }
  return (
    <>
      <p class="lifetime">expires in {spanOf((exp - nowSeconds) * 1000)}</p>
      <progress
        aria-label="Time left to the token"
        max={exp - validFrom}
        value={exp - nowSeconds}
      />
    </>
  )
}
