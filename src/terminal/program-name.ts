import { basename, relative } from 'node:path'

/** Returns the words by which a person starts the command again, as this process was started. */
export function programName(script: string, folder: string): string {
  if (/[\\/](?:node_modules[\\/]\.bin|_npx)[\\/]/.test(script)) return 'npx tao-upload-emulator'
  if (basename(script) === 'tao-upload-emulator') return 'tao-upload-emulator'
  const path = relative(folder, script)
  return `node ${path.startsWith('..') ? script : path}`
}
