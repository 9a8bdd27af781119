import { stat } from 'node:fs/promises'
import { type FixtureSource, filesOf } from './load-fixtures.js'
import { clearTimeout, setTimeout } from './real-time.js'

/** The interval at which the files are checked, in milliseconds. */
const intervalMs = 150

/**
 * Returns a text that differs for each state of the fixture files. It follows symbolic links, so that a
 * swapped one counts; a file that is missing just now counts too.
 */
export async function fingerprint(sources: readonly FixtureSource[]): Promise<string> {
  const paths = sources.filter((source) => typeof source === 'string')
  const files = await Promise.all(paths.map((path) => filesOf(path).catch(() => [path])))
  const parts = files.flat().map(async (file) => {
    const stats = await stat(file, { bigint: true }).catch(() => undefined)
    // An edit in place can keep size and modification time, and yet it is a change.
    return [file, stats?.ino, stats?.size, stats?.mtimeNs, stats?.ctimeNs].join(' ')
  })
  return (await Promise.all(parts)).join('\n')
}

/**
 * Calls `onChange` when fixture files have changed since `loaded`, once they have come to rest. It looks
 * instead of waiting for events: network and bind mounts send none, and editors that save by renaming, or
 * Kubernetes that swaps a link, send them for another file. Returns what ends it.
 */
export function watchFixtures(
  sources: readonly FixtureSource[],
  loaded: string,
  onChange: () => Promise<void>,
): () => void {
  let current = loaded
  let previous = loaded
  const look = async () => {
    const seen = await fingerprint(sources)
    // Seen twice: a file that is being written is not read by halves.
    if (seen !== current && seen === previous) {
      current = seen
      await onChange()
    }
    previous = seen
    if (!ended) timer = setTimeout(look, intervalMs).unref()
  }
  let ended = false
  let timer = setTimeout(look, intervalMs).unref()
  return () => {
    ended = true
    clearTimeout(timer)
  }
}
