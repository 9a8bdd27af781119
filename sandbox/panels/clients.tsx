import { signal } from '@preact/signals'
import { tokenFlaws } from '../../src/domain/access-token.js'
import { type ClientDraft, clientOf, draftOfClient, newClient } from '../client-draft.js'
import { Choice, Field } from '../parts/field.js'
import { Panel } from '../parts/panel.js'
import { spanOf } from '../parts/text.js'
import { control } from '../state/control.js'
import { clients } from '../state/emulator.js'
import { act } from '../state/notice.js'
import { refresh } from '../state/start.js'

/** The client that is being written. It survives a change of view. */
const draft = signal<ClientDraft>(newClient)

const change = (part: Partial<ClientDraft>) => {
  draft.value = { ...draft.value, ...part }
}

async function save(): Promise<void> {
  const { id } = draft.value
  const isTaken = await act(
    () => control.clients.put(id, clientOf(draft.value)),
    `The client ${id} is saved`,
  )
  if (isTaken) draft.value = newClient
  await refresh()
}

/** Makes, changes and deletes clients of the token endpoint. */
export function ClientsPanel() {
  const { id, secret, scopes, lifetime, flaw } = draft.value
  const isThere = clients.value?.some(({ clientId }) => clientId === id)
  return (
    <Panel title="Clients">
      <form
        class="stack"
        aria-label="Client"
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <div class="columns">
          <Field
            label="Client id"
            mono
            value={id}
            onInput={(it) => change({ id: it })}
            path="clientId"
            required
          />
          <Field
            label="Secret"
            isSecret
            value={secret}
            onInput={(it) => change({ secret: it })}
            path="clientSecret"
            required
            {...(isThere && { hint: 'Type it again: the emulator never shows it.' })}
          />
          <Field
            label="Scopes"
            value={scopes}
            onInput={(it) => change({ scopes: it })}
            path="scopes"
          />
          <Field
            label="Token lifetime, s"
            value={lifetime}
            placeholder="3600"
            onInput={(it) => change({ lifetime: it })}
            path="tokenLifetime"
          />
          <Choice
            label="Flaw of its tokens"
            value={flaw ?? 'none'}
            options={[['none', 'none'], ...tokenFlaws.map((it) => [it, it] as const)]}
            onChange={(it) => change({ flaw: it === 'none' ? undefined : it })}
          />
        </div>
        <div class="actions">
          <button type="submit" class="primary">
            {isThere ? 'Change client' : 'Create client'}
          </button>
        </div>
      </form>
      <ul class="cards">
        {clients.value?.map((it) => (
          <li key={it.clientId} class="card line">
            <b class="mono" dir="auto">
              {it.clientId}
            </b>
            <span class="muted">
              {it.scopes.join(' ') || 'no scopes'} · {spanOf(it.tokenLifetime * 1000)}
              {it.tokenFlaw && ` · ${it.tokenFlaw} tokens`}
            </span>
            <span class="group">
              <button
                type="button"
                aria-label={`Edit ${it.clientId}`}
                onClick={() => {
                  draft.value = draftOfClient(it)
                }}
              >
                Edit
              </button>
              <button
                type="button"
                aria-label={`Delete ${it.clientId}`}
                onClick={() =>
                  void act(
                    () => control.clients.delete(it.clientId),
                    `The client ${it.clientId} is deleted`,
                  ).then(refresh)
                }
              >
                Delete
              </button>
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
