import type * as v from 'valibot'
import type { EmulatorControl } from '../domain/control/emulator-control.js'
import type { RouteName } from '../domain/control/routes.js'

/** A tool that an agent can call. */
export interface Tool<S extends v.GenericSchema = v.GenericSchema> {
  /** The name for people. */
  readonly title: string
  /** What the tool does, and when to use it. */
  readonly description: string
  /** `reads` changes nothing, `adds` can be undone, and `erases` takes away what was there. */
  readonly effect: 'reads' | 'adds' | 'erases'
  /** The verb that it calls. The descriptions of its fields come from there. */
  readonly verb?: RouteName
  /** The part of a scenario whose fields are arguments, too. */
  readonly definition?: 'imports' | 'faults'
  /** The descriptions of fields that the verb does not have, or that mean something else here. */
  readonly fields?: Readonly<Record<string, string>>
  readonly input: S
  /** Resolves to a text, or to a value to write as JSON. */
  run(control: EmulatorControl, input: v.InferOutput<S>): Promise<unknown>
}

/** Ties the type of the input to the function that takes it. */
export function tool<const S extends v.GenericSchema>(definition: Tool<S>): Tool {
  return definition as unknown as Tool
}
