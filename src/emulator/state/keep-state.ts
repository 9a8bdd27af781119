import type { Emulator, EmulatorSettings } from '../emulator.js'
import type { EmulatorLogger } from '../emulator-logger.js'
import { resumeEmulator, saveEmulator } from './emulator-state.js'
import { readStateFile, stateFileText } from './state-file.js'
import { reserveStateFile } from './state-saver.js'

interface Created {
  readonly emulator: Emulator
  stop(): Promise<void>
}

/** The keys that a state file holds. */
type Keys = Pick<EmulatorSettings, 'signingKey' | 'linkKey'>

/**
 * Creates an emulator that goes on from its state file, and saves its state there. Throws an `InputError` for a file that is
 * damaged, of another version, or in use.
 *
 * @param create - creates the emulator with the keys of the file
 */
export async function createWithState(
  path: string,
  { signingKey }: Keys,
  logger: EmulatorLogger,
  create: (keys: Keys) => Promise<Created>,
): Promise<Created> {
  const saver = await reserveStateFile(path, logger)
  try {
    const contents = await readStateFile(path)
    const linkKey = contents && Buffer.from(contents.linkKey, 'base64')
    const kept = contents?.signingKey && JSON.stringify(contents.signingKey)
    const { emulator, stop } = await create({ signingKey: signingKey ?? kept, linkKey })
    if (contents !== undefined) {
      resumeEmulator(emulator, contents)
      const workspaces = contents.workspaces.length - 1
      logger.info({ event: 'state-loaded', path, workspaces }, `The state of ${path} was loaded`)
    }
    saver.start({
      changes: emulator.changes,
      text: () => stateFileText(saveEmulator(emulator, signingKey === undefined)),
    })
    return {
      emulator,
      async stop() {
        await stop()
        await saver.stop()
      },
    }
  } catch (error) {
    await saver.stop()
    throw error
  }
}
