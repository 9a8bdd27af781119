import { LRUCache } from 'lru-cache'

/**
 * Remembers the entries that were used last, up to a number. Told by size and not by `max`, for which
 * lru-cache makes all the room at once: milliseconds and megabytes for each workspace.
 */
export function rememberLast<Value extends object>(
  count: number,
  onForgotten: (key: string) => void = () => {},
): LRUCache<string, Value> {
  return new LRUCache({
    maxSize: count,
    sizeCalculation: () => 1,
    dispose: (_value, key) => onForgotten(key),
  })
}
