/** One of the items that are ordered by their last use. */
export interface Used<Item> {
  older: Item | undefined
  newer: Item | undefined
}

/** Items in order of their last use: a linked list, so that each step costs the same however many they are. */
export class Recency<Item extends Used<Item>> {
  #oldest: Item | undefined
  #newest: Item | undefined

  get oldest(): Item | undefined {
    return this.#oldest
  }

  /** Makes an item the newest. It may be new, too. */
  use(item: Item): void {
    if (item === this.#newest) return
    this.remove(item)
    item.older = this.#newest
    if (this.#newest === undefined) this.#oldest = item
    else this.#newest.newer = item
    this.#newest = item
  }

  /** Takes an item out, if it is in. */
  remove(item: Item): void {
    const { older, newer } = item
    if (older !== undefined) older.newer = newer
    else if (item === this.#oldest) this.#oldest = newer
    if (newer !== undefined) newer.older = older
    else if (item === this.#newest) this.#newest = older
    item.older = undefined
    item.newer = undefined
  }

  /** The items, the oldest first. */
  *[Symbol.iterator](): Generator<Item> {
    for (let item = this.#oldest; item !== undefined; item = item.newer) yield item
  }

  clear(): void {
    this.#oldest = undefined
    this.#newest = undefined
  }
}
