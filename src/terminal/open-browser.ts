import { once } from 'node:events'
import spawn from 'cross-spawn'

/** Opens a page in the browser of the desktop. Rejects if the desktop has no command for that. */
export async function openBrowser(
  url: string,
  platform: NodeJS.Platform = process.platform,
): Promise<void> {
  const [command, args] = openers[platform] ?? (['xdg-open', []] as const)
  const child = spawn(command, [...args, url], { stdio: 'ignore', detached: true })
  child.unref()
  await once(child, 'spawn')
}

const openers: Partial<
  Record<NodeJS.Platform, readonly [command: string, args: readonly string[]]>
> = {
  darwin: ['open', []],
  // The first text in quotes is the title of a window.
  win32: ['cmd', ['/c', 'start', '""']],
}
