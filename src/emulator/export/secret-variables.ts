import type { ClientDefinition } from '../../domain/fixture.js'
import type { Workspace } from '../workspace.js'

/** A client, and the variable that stands for its secret in an export. */
interface SecretVariable {
  readonly client: ClientDefinition
  readonly name: string
}

/**
 * Names a variable for the secret of each client: as the scenario names it, or `CLIENT_SECRET_<clientId>`. A name that
 * another client has gets a number.
 */
export function secretVariables({ clients, scenario }: Workspace): SecretVariable[] {
  const list = clients.list()
  /** The name in the scenario, if the secret is still the one that the scenario took from the variable. */
  const written = ({ clientId, clientSecret }: ClientDefinition) =>
    scenario.clients.get(clientId)?.clientSecret === clientSecret
      ? scenario.secretNames.get(clientId)
      : undefined
  const taken = new Set(list.map(written))
  return list.map((client) => {
    const name = written(client) ?? freeName(client.clientId, taken)
    taken.add(name)
    return { client, name }
  })
}

function freeName(clientId: string, taken: ReadonlySet<string | undefined>): string {
  const name = `CLIENT_SECRET_${clientId.replace(/[^A-Za-z0-9_]/g, '_')}`
  if (!taken.has(name)) return name
  let number = 2
  while (taken.has(`${name}_${number}`)) number += 1
  return `${name}_${number}`
}

/** The secrets of the clients of a workspace by the names of their variables. */
export function secretsOf(workspace: Workspace): Record<string, string> {
  return Object.fromEntries(
    secretVariables(workspace).map(({ client, name }) => [name, client.clientSecret]),
  )
}
