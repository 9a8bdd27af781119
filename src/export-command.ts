import { writeFile } from 'node:fs/promises'
import type { CommandLine } from './command-line.js'
import { type ScenarioExportOptions, scenarioExportSchema } from './domain/control/vocabulary.js'
import { InputError } from './domain/errors.js'
import { parseBySchema } from './domain/schema.js'
import { quoted } from './domain/visible-text.js'
import { Emulator } from './emulator/emulator.js'
import { exportScenario } from './emulator/export/export-scenario.js'
import type { Environment } from './emulator/fixtures/placeholders.js'
import type { ResolvedOptions } from './emulator-options.js'
import { askRunning } from './running-emulator.js'

/** Writes the scenario of a running emulator, or of the fixtures. Throws an `InputError` that names the flag to change. */
export async function exportTo(
  out: NodeJS.WritableStream,
  { fixtures, controlToken }: ResolvedOptions,
  flags: CommandLine['flags'],
  environment: Environment,
): Promise<void> {
  const options = readOptions(flags)
  const url = flags['--url']?.at(-1)?.trim()
  const text = url
    ? await askRunning(url, controlToken, {}, (control) => control.scenario.export(options))
    : await exportScenario((await Emulator.create({ fixtures, environment })).main, options)
  const file = flags['--output']?.at(-1)
  if (file === undefined) {
    out.write(text)
    return
  }
  // Only this user may read secrets.
  await writeFile(file, text, { mode: options.secrets ? 0o600 : 0o666 }).catch(({ message }) => {
    throw new InputError({ path: '--output', message: `cannot be written: ${message}` })
  })
}

function readOptions(flags: CommandLine['flags']): ScenarioExportOptions {
  const format = flags['--format']?.at(-1)
  const parsed = parseBySchema(scenarioExportSchema, {
    format,
    secrets: flags['--secrets'] !== undefined,
  })
  if ('value' in parsed) return parsed.value
  const message = parsed.mistakes.map((it) => it.message).join()
  throw new InputError({ path: '--format', message: `${quoted(String(format))} ${message}` })
}
