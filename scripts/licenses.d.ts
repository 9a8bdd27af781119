import type { Metafile } from 'esbuild'

export function packagesIn(
  metafiles: readonly Metafile[],
): ReadonlyMap<string, { folder: string; license: string }>
export function writeLicenses(path: string, metafiles: readonly Metafile[]): void
