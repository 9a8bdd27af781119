import {
  type Alias,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'

/** A mistake in a YAML tree, and its place. */
export interface TreeMistake {
  readonly offset: number
  readonly message: string
}

/** A tree in which every alias leads to its anchor. */
export interface YamlTree {
  readonly root: Node | null
  readonly targets: ReadonlyMap<Alias, Node>
}

/** The most values that aliases and merges may add to those of the text itself. */
const maxCopies = 1_000_000

/**
 * Follows the aliases of a document. Finds what the library refuses only when it makes the value, and then without
 * a place; fields that no object can have; and aliases that multiply without end.
 */
export function readTree(document: Document.Parsed): YamlTree & { mistakes: TreeMistake[] } {
  const anchors = new Map<string, Node>()
  const targets = new Map<Alias, Node>()
  const mistakes: TreeMistake[] = []
  const tree = { root: document.contents, targets }
  let nodes = 0
  visit(document, {
    Node(_, node) {
      nodes += 1
      if (!isAlias(node)) {
        if (node.anchor !== undefined) anchors.set(node.anchor, node as Node)
        return
      }
      const target = anchors.get(node.source)
      if (target !== undefined) targets.set(node, target)
      else {
        const message = `there is no anchor &${node.source} before this alias`
        mistakes.push({ offset: offsetOf(node), message })
      }
    },
  })
  if (sizeOf(tree, tree.root, new Map()) > nodes + maxCopies) {
    const message = `aliases and merges make more than ${maxCopies} copies of values`
    return { ...tree, mistakes: [{ offset: 0, message }] }
  }
  visit(document, {
    Map(_, map) {
      mistakes.push(...repeatedFields(map))
    },
    Pair(_, pair, path) {
      const mistake = pairMistake(tree, pair, path)
      if (mistake !== undefined) mistakes.push(mistake)
    },
  })
  return { ...tree, mistakes: mistakes.sort((a, b) => a.offset - b.offset) }
}

/** Counts the values of a node if each alias is a copy. An alias in its own anchor counts once. */
function sizeOf(tree: YamlTree, node: unknown, known: Map<unknown, number>): number {
  const target = follow(tree, node)
  const size = known.get(target)
  if (size !== undefined) return size
  known.set(target, 1)
  const parts = isMap(target)
    ? target.items.map(({ value }) => value)
    : isSeq(target)
      ? target.items
      : []
  const sum = parts.reduce<number>((total, part) => total + sizeOf(tree, part, known), 1)
  known.set(target, sum)
  return sum
}

/** Every field whose name the mapping has already. The library compares each with each. */
function repeatedFields(map: { items: Pair[] }): TreeMistake[] {
  const names = new Set<unknown>()
  const mistakes: TreeMistake[] = []
  for (const { key } of map.items) {
    const name = isScalar(key) && !isMergeKey(key) ? String(key.value) : key
    if (names.has(name))
      mistakes.push({ offset: offsetOf(key), message: 'Map keys must be unique' })
    names.add(name)
  }
  return mistakes
}

/** The value that a tree without mistakes stands for. What an alias leads to is made once. */
export function toPlain(tree: YamlTree): unknown {
  const made = new Map<unknown, unknown>()
  const make = (node: unknown): unknown => {
    const target = follow(tree, node)
    if (isScalar(target)) return target.value
    if (!isCollection(target)) return null
    if (made.has(target)) return made.get(target)
    const value = isSeq(target) ? [] : {}
    made.set(target, value)
    if (Array.isArray(value)) for (const item of (target as YAMLSeq).items) value.push(make(item))
    else fill(value, target as YAMLMap)
    return value
  }
  const fill = (fields: object, map: YAMLMap): void => {
    for (const { key, value } of map.items) {
      if (!isMergeKey(key)) setField(fields, nameOf(tree, key), make(value))
    }
    for (const { value } of map.items.filter(({ key }) => isMergeKey(key))) {
      for (const source of sourcesOf(tree, value)) {
        for (const [name, merged] of Object.entries(make(source) as object)) {
          if (!Object.hasOwn(fields, name)) setField(fields, name, merged)
        }
      }
    }
  }
  return make(tree.root)
}

function nameOf(tree: YamlTree, key: unknown): string {
  const { value } = follow(tree, key) as { value?: unknown }
  return value === null ? '' : String(value)
}

/** Also one that is called `__proto__`. */
function setField(fields: object, name: string, value: unknown): void {
  Object.defineProperty(fields, name, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  })
}

function pairMistake(
  tree: YamlTree,
  { key, value }: Pair,
  path: readonly unknown[],
): TreeMistake | undefined {
  if (isCollection(follow(tree, key))) {
    return { offset: offsetOf(key), message: 'the name of a field must be a text' }
  }
  if (!isMergeKey(key)) return undefined
  const sources = sourcesOf(tree, value)
  if (sources.some((source) => path.includes(source))) {
    return { offset: offsetOf(value), message: 'a mapping cannot be merged into itself' }
  }
  // Of an alias that leads nowhere it is told already.
  return sources.every((source) => isMap(source) || isAlias(source))
    ? undefined
    : { offset: offsetOf(value), message: 'only a mapping, or a list of some, can be merged' }
}

/** Returns the place of the value at `keys`, of its field name, or of the value that contains it. */
export function findOffset(
  tree: YamlTree,
  keys: readonly PropertyKey[],
  part: 'name' | 'value',
): number {
  let node: unknown = tree.root
  for (const [depth, key] of keys.entries()) {
    const isLast = depth === keys.length - 1
    const pair = isMap(node) ? pairOf(tree, node, key) : undefined
    // A mistake in a merged mapping is reported at the merge: the mapping may be correct where it stands.
    if (pair !== undefined && isMergeKey(pair.key)) return offsetOf(pair.value)
    const next = isSeq(node) ? node.items[Number(key)] : pair?.value
    if (pair !== undefined && ((isLast && part === 'name') || !hasPlace(next))) {
      return offsetOf(pair.key)
    }
    if (!hasPlace(next)) break
    node = next
  }
  return offsetOf(node)
}

/** The pair that brings a field: one of that name, or the merge that it comes with. No mapping is looked into twice. */
function pairOf(
  tree: YamlTree,
  map: { items: Pair[] },
  key: PropertyKey,
  seen = new Set<unknown>(),
): Pair | undefined {
  seen.add(map)
  const isNamed = ({ key: name }: Pair) => !isMergeKey(name) && nameOf(tree, name) === String(key)
  const brings = (source: unknown) =>
    isMap(source) && !seen.has(source) && pairOf(tree, source, key, seen) !== undefined
  return (
    map.items.find(isNamed) ??
    map.items.find((pair) => isMergeKey(pair.key) && sourcesOf(tree, pair.value).some(brings))
  )
}

/** Returns the mappings that `<<` merges: one, or a list of them. */
function sourcesOf(tree: YamlTree, value: unknown): unknown[] {
  const source = follow(tree, value)
  return isSeq(source) ? source.items.map((item) => follow(tree, item)) : [source]
}

function follow({ targets }: YamlTree, node: unknown): unknown {
  return isAlias(node) ? (targets.get(node) ?? node) : node
}

/** The library makes a symbol of the key of a merge, unless it is quoted. */
function isMergeKey(key: unknown): boolean {
  return isScalar(key) && typeof key.value === 'symbol'
}

function hasPlace(node: unknown): boolean {
  return Boolean((node as Node | null | undefined)?.range)
}

function offsetOf(node: unknown): number {
  return (node as Node | null)?.range?.[0] ?? 0
}
