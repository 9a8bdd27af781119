/**
 * Returns the link of a journal entry on the sandbox page.
 *
 * @param base - the address of the emulator, or of one of its workspaces
 */
export function entryLink(base: string, entry: number, workspace?: string): string {
  const home = workspace === undefined ? base : `${base}/w/${workspace}`
  return `${home.replace(/\/+$/, '')}/__sandbox/#journal?entry=${entry}`
}
