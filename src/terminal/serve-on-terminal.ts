import { once } from 'node:events'
import type { CommandContext, EndSignal } from '../command-context.js'
import { isPattern } from '../domain/reference-id.js'
import { version } from '../emulator/package-files.js'
import { monotonicNow } from '../emulator/real-time.js'
import type { StartedServer } from '../server.js'
import { localHost } from '../settings.js'
import { isForeground } from './foreground.js'
import { greeting } from './greeting.js'
import { type KeyAction, listenToKeys } from './keys.js'
import { openBrowser } from './open-browser.js'
import { programName } from './program-name.js'

export interface TerminalOptions {
  print(line: string): void
  /** Ends the process. */
  stop(signal: EndSignal): void
}

/** Greets the person at a terminal, and obeys keys. Returns a function that gives the terminal back. */
export function serveOnTerminal(
  { running, emulator }: StartedServer,
  { in: input, out, script }: CommandContext,
  { print, stop }: TerminalOptions,
  mayRead = isForeground,
): () => void {
  const { main, publicUrl } = emulator
  const { url } = running.settings
  const hasKeys = input.isTTY === true && mayRead()
  const text = greeting({
    version,
    program: programName(script, process.cwd()),
    readyMs: Math.round(monotonicNow()),
    url,
    httpsUrl: publicUrl === undefined ? `https://${localHost(running.url)}` : undefined,
    clients: main.clients.list().length,
    imports: main.imports.size,
    faults: main.faults.list().length,
    // One that can be polled as it is written.
    referenceId: main.imports.list({ limit: 100 }).find((it) => !isPattern(it.referenceId))
      ?.referenceId,
    hasKeys,
  })
  out.write(text)
  if (!hasKeys) return () => {}
  const page = `${url}/__sandbox/`
  const actions: [key: string, action: KeyAction][] = [
    ['o', () => openPage(page)],
    ['r', () => reset(running)],
    ['f', () => toggleFreeze(running)],
    ['h', async () => keyHelp],
  ]
  return listenToKeys(input, {
    actions: new Map(actions),
    print,
    quit: () => stop('SIGINT'),
    suspend: () => suspend(mayRead),
  })
}

type Running = StartedServer['running']

const keyHelp = `o  opens the sandbox page
r  resets to the loaded scenario
f  freezes the clock, or lets it run again
h  prints this
q  quits`

async function openPage(page: string): Promise<string> {
  const isOpen = await openBrowser(page).then(
    () => true,
    () => false,
  )
  return isOpen ? `Opens ${page}` : `No browser was found: open ${page} yourself`
}

async function reset(running: Running): Promise<string> {
  await running.reset()
  return 'Reset to the loaded scenario'
}

async function toggleFreeze({ clock }: Running): Promise<string> {
  const { frozen } = await clock.get()
  const { now } = await (frozen ? clock.resume() : clock.freeze())
  return frozen ? `The clock runs on from ${now}` : `The clock is frozen at ${now}`
}

/** Stops this process, as the terminal would, until the shell continues it. */
async function suspend(mayRead: () => boolean): Promise<boolean> {
  const continued = once(process, 'SIGCONT')
  process.kill(process.pid, 'SIGTSTP')
  await continued
  return mayRead()
}
