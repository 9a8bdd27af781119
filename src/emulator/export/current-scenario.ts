import { isDeepStrictEqual } from 'node:util'
import { type ClientDefinition, defaultTokenLifetime } from '../../domain/fixture.js'
import {
  changeService,
  defaultService,
  type Service,
  type ServiceInput,
} from '../../domain/service.js'
import type { idFields } from '../fixtures/join-sources.js'
import { escapePlaceholders } from '../fixtures/placeholders.js'
import type { Workspace } from '../workspace.js'
import { secretVariables } from './secret-variables.js'

/** One definition of a list. */
export interface Definition {
  /** As a workspace has it. */
  readonly value: object & { readonly id?: string | undefined }
  /** As a scenario writes it. */
  readonly written: object
}

/** The name of a list of a scenario. */
export type ListName = keyof typeof idFields

/** The definitions of a workspace: those of its scenario, with every change since. */
export interface CurrentScenario {
  readonly lists: Readonly<Record<ListName, readonly Definition[]>>
  readonly service: Service
}

/** Takes the definitions of a workspace together. Uploaded files and polls are no definitions. */
export function currentScenario(workspace: Workspace, secrets: boolean): CurrentScenario {
  const { imports, faults, uploads, service } = workspace
  const clients = secretVariables(workspace).map(({ client, name }) => ({
    value: client,
    written: writeClient(client, secrets ? undefined : `$\{${name}}`),
  }))
  return {
    lists: {
      clients,
      imports: imports.definitions().map(write),
      faults: faults.list().map(({ definition }) => write(definition)),
      uploads: uploads.list().map(({ definition }) => write(definition)),
    },
    service: service.get(),
  }
}

/** The switches that differ from their defaults. */
export function changedSwitches(service: Service): ServiceInput {
  const changed = Object.entries(service).filter(
    ([name, value]) => value !== defaultService[name as keyof Service],
  )
  return Object.fromEntries(changed)
}

export function isSameService(switches: ServiceInput, service: Service): boolean {
  return isDeepStrictEqual(changeService(defaultService, switches), service)
}

const write = (value: object): Definition => ({ value, written: writeValue(value) })

/** A copy, in which no text is taken for a placeholder. */
const writeValue = <T extends object>(value: T) =>
  escapePlaceholders(JSON.parse(JSON.stringify(value))) as T

/** A client without its defaults. */
function writeClient(client: ClientDefinition, placeholder: string | undefined): object {
  const { clientId, clientSecret, scopes, tokenLifetime, ...rest } = writeValue(client)
  return {
    clientId,
    clientSecret: placeholder ?? clientSecret,
    ...(scopes.length > 0 && { scopes }),
    ...(tokenLifetime !== defaultTokenLifetime && { tokenLifetime }),
    ...rest,
  }
}
