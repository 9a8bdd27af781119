import {
  changeService,
  defaultService,
  type Service,
  type ServiceInput,
} from '../domain/service.js'

/** The switches of a workspace: those of its scenario, and what was set since. */
export class ServiceState {
  #scenario: ServiceInput
  #changes: ServiceInput = {}
  #current: Service

  constructor(scenario: ServiceInput) {
    this.#scenario = scenario
    this.#current = changeService(defaultService, scenario)
  }

  get(): Service {
    return this.#current
  }

  set(changes: ServiceInput): Service {
    return this.#become(this.#scenario, { ...this.#changes, ...changes })
  }

  /** Takes an edited scenario; what was set stays so, unless it is `replaced`. */
  load(scenario: ServiceInput, replaced: ReadonlySet<string> = new Set()): void {
    const changes = Object.entries(this.#changes).filter(([name]) => !replaced.has(name))
    this.#become(scenario, Object.fromEntries(changes))
  }

  /** The switches that were set. */
  save(): ServiceInput {
    return this.#changes
  }

  restore(scenario: ServiceInput, changes: ServiceInput): void {
    this.#become(scenario, changes)
  }

  reset(): void {
    this.#become(this.#scenario, {})
  }

  #become(scenario: ServiceInput, changes: ServiceInput): Service {
    this.#scenario = scenario
    this.#changes = changes
    this.#current = changeService(changeService(defaultService, scenario), changes)
    return this.#current
  }
}
