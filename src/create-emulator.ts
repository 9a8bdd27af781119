import { formatMistake } from './domain/errors.js'
import { createWatchingEmulator, Emulator, type EmulatorSettings } from './emulator/emulator.js'
import type { EmulatorLogger } from './emulator/emulator-logger.js'

/** The settings of an emulator, and the files that it follows. */
interface CreateOptions extends EmulatorSettings {
  readonly watch: boolean
  /** The path of its state file. */
  readonly state: string | undefined
}

/** An emulator, and the function that ends what it does beside requests. */
interface CreatedEmulator {
  readonly emulator: Emulator
  stop(): Promise<void>
}

/** Creates an emulator that watches its fixtures and keeps its state, as the options say. */
export async function createEmulator(
  options: CreateOptions,
  logger: EmulatorLogger,
): Promise<CreatedEmulator> {
  const { state, ...settings } = options
  if (state === undefined) return createWatching(settings, logger)
  // Loaded late: most emulators keep nothing.
  const { createWithState } = await import('./emulator/state/keep-state.js')
  return createWithState(state, settings, logger, (resumed) =>
    createWatching({ ...settings, ...resumed }, logger),
  )
}

async function createWatching(
  { watch, ...settings }: Omit<CreateOptions, 'state'>,
  logger: EmulatorLogger,
): Promise<CreatedEmulator> {
  if (!watch) return { emulator: await Emulator.create(settings), stop: async () => {} }
  const { emulator, stop } = await createWatchingEmulator(settings, {
    onLoaded: ({ clients, imports }) =>
      logger.info(
        { event: 'fixtures-loaded', clients: clients.length, imports: imports.length },
        'The fixtures were reloaded',
      ),
    onMistakes: (mistakes) =>
      logger.error(
        { event: 'fixtures-refused', mistakes: mistakes.map(formatMistake) },
        `The edit has mistakes, so the last valid fixtures stay in use:\n${mistakes.map(formatMistake).join('\n')}`,
      ),
  })
  return { emulator, stop: async () => stop() }
}
