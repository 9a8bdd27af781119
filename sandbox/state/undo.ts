import { control, takeRemoved } from './control.js'

/** A way back from an action. */
export interface Undo {
  readonly run: () => Promise<unknown>
  /** Says what is restored. */
  readonly done: string
}

/** The way back from what the page removed just now. The emulator puts it back exactly, and refuses where something else has its place. */
export async function undoOfRemoval(): Promise<Undo | undefined> {
  const removed = takeRemoved()
  if (removed === undefined) return undefined
  const { what, name } = removed
  const removals = await control.removals.list().catch(() => [])
  const removal = removals.findLast((it) => it.what === what && it.name === name)
  if (removal === undefined) return undefined
  const verb = what.endsWith('s') ? 'are' : 'is'
  return {
    run: () => control.removals.undo(removal.id),
    done: `${name ?? `The ${what}`} ${verb} back as before`,
  }
}
