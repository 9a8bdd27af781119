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
} from 'yaml'

/** What is wrong in a tree that YAML can write, and where. */
export interface TreeMistake {
  readonly offset: number
  readonly message: string
}

/** A tree in which every alias leads to its anchor. */
export interface YamlTree {
  readonly root: Node | null
  readonly targets: ReadonlyMap<Alias, Node>
}

/**
 * Follows the aliases of a document. What the library refuses only when it makes the value, and then without
 * a place, is found here; and so are fields that no object can have.
 */
export function readTree(document: Document.Parsed): YamlTree & { mistakes: TreeMistake[] } {
  const anchors = new Map<string, Node>()
  const targets = new Map<Alias, Node>()
  const mistakes: TreeMistake[] = []
  const tree = { root: document.contents, targets }
  visit(document, {
    Node(_, node) {
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
  visit(document, {
    Pair(_, pair, path) {
      const mistake = pairMistake(tree, pair, path)
      if (mistake !== undefined) mistakes.push(mistake)
    },
  })
  return { ...tree, mistakes: mistakes.sort((a, b) => a.offset - b.offset) }
}

function pairMistake(
  tree: YamlTree,
  { key, value }: Pair,
  path: readonly unknown[],
): TreeMistake | undefined {
  if (isCollection(follow(tree, key))) {
    return { offset: offsetOf(key), message: 'a field has a text for its name' }
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

/** Where the value at `keys` stands, or the name of its field, or what holds it. */
export function findOffset(
  tree: YamlTree,
  keys: readonly PropertyKey[],
  part: 'name' | 'value',
): number {
  let node: unknown = tree.root
  for (const [depth, key] of keys.entries()) {
    const isLast = depth === keys.length - 1
    const pair = isMap(node) ? pairOf(tree, node, key) : undefined
    // What is merged is told where it is merged: what it leads to may be right where it stands.
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

/** The pair that brings a field: one of that name, or the merge that it comes with. */
function pairOf(tree: YamlTree, map: { items: Pair[] }, key: PropertyKey): Pair | undefined {
  const isNamed = ({ key: name }: Pair) => !isMergeKey(name) && String(name) === String(key)
  const brings = (source: unknown) => isMap(source) && pairOf(tree, source, key) !== undefined
  return (
    map.items.find(isNamed) ??
    map.items.find((pair) => isMergeKey(pair.key) && sourcesOf(tree, pair.value).some(brings))
  )
}

/** What `<<` merges: one mapping, or a list of some. */
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
