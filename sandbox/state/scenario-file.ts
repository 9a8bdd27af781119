import { signal } from '@preact/signals'
import type { ScenarioLoadOptions } from '../../src/domain/control/vocabulary.js'
import { formatMistake } from '../../src/domain/errors.js'
import { plural } from '../parts/text.js'
import { type ControlFailure, control } from './control.js'
import { act, hideNotice, tell } from './notice.js'
import { refresh } from './start.js'

/** A scenario file that was dropped or chosen, and is not loaded yet. */
export interface OfferedFile {
  readonly name: string
  readonly text: string
  /** A line for each mistake, once somebody tried to load it. */
  readonly mistakes: readonly string[]
}

export const offered = signal<OfferedFile | undefined>(undefined)

export const isScenarioFile = ({ name }: File): boolean => /\.(?:ya?ml|json)$/i.test(name)

/** Asks the person how to load a file. */
export async function offer(file: File): Promise<void> {
  try {
    offered.value = { name: file.name, text: await file.text(), mistakes: [] }
  } catch {
    tell(`${file.name} cannot be read`, true)
  }
}

export async function load(file: OfferedFile, mode: ScenarioLoadOptions['mode']): Promise<void> {
  try {
    const { clients, imports } = await control.scenario.load(file.text, { mode })
    tell(`${file.name} is loaded: ${plural(clients, 'client')}, ${plural(imports, 'import')}`)
    if (offered.value === file) offered.value = undefined
  } catch (error) {
    const { mistakes = [], message } = error as ControlFailure
    if (mistakes.length === 0) tell(message, true)
    else {
      hideNotice()
      offered.value = { ...file, mistakes: mistakes.map(formatMistake) }
    }
  }
  await refresh()
}

/** Downloads the scenario as a file. */
export async function download(): Promise<void> {
  await act(async () => {
    saveFile('scenario.yaml', await control.scenario.export(), 'application/yaml')
  }, 'The scenario is exported')
}

export function saveFile(name: string, text: string, type: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type }))
  link.download = name
  link.click()
  URL.revokeObjectURL(link.href)
}
