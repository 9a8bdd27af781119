/** The ids of definitions that requests used. After a number of them, further ones are only counted. */
export class UsedIds {
  readonly #max: number
  readonly #ids = new Set<string>()
  #cut = 0

  constructor(max: number) {
    this.#max = max
  }

  /** The number of uses that were not kept. */
  get cut(): number {
    return this.#cut
  }

  add(id: string): void {
    if (this.#ids.size < this.#max) this.#ids.add(id)
    else if (!this.#ids.has(id)) this.#cut += 1
  }

  save(): string[] {
    return [...this.#ids]
  }

  restore(ids: readonly string[], cut: number): void {
    this.#ids.clear()
    for (const id of ids) this.#ids.add(id)
    this.#cut = cut
  }
}
