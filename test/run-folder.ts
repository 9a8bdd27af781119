import { readdirSync } from 'node:fs'

/**
 * Runs every test file of a folder in this process. To start a process for each, with the loaders of the test runner,
 * takes longer than most of them.
 */
export async function runFolder(name: string): Promise<void> {
  const folder = new URL(`${name}/`, import.meta.url)
  const files = readdirSync(folder).filter((file) => file.endsWith('.test.ts'))
  for (const file of files.sort()) await import(new URL(file, folder).href)
}
