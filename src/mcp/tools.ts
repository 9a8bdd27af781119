import * as v from 'valibot'
import type { EmulatorControl } from '../domain/control/emulator-control.js'
import {
  clockAdvanceSchema,
  importPageSchema,
  scenarioExportSchema,
  scenarioLoadSchema,
  tokenSpecSchema,
} from '../domain/control/vocabulary.js'
import { type FaultDefinition, faultSchema } from '../domain/fault.js'
import { type ImportInput, importForms } from '../domain/imports/import-definition.js'
import { journalFilterSchema } from '../domain/journal.js'
import { mapping, text, wholeNumber } from '../domain/schema.js'
import { explainLastResponses } from './explain.js'
import { findImport, listImports } from './imports.js'
import { findSettings, firstClient } from './settings.js'
import { type Tool, tool } from './tool.js'
import { uploadRoster } from './upload-roster.js'

const referenceId = 'The id of the import.'

/** Fields of several forms. The emulator checks the rules of each form, and names the mistakes. */
const anyOf = (forms: readonly v.ObjectEntries[]) =>
  Object.fromEntries(
    forms.flatMap((form) => Object.keys(form).map((name) => [name, v.optional(v.unknown())])),
  )

const { operation, referenceId: polledId, client, status } = journalFilterSchema.entries
const { limit: _, ...importPage } = importPageSchema.entries

/** The tools, in the order in which an agent sees them. */
export const tools: Readonly<Record<string, Tool>> = {
  explain_last_responses: tool({
    title: 'Explain the last responses',
    description:
      'Says why the emulator sent its last responses, and what to do. Call it first if a client got an unexpected response, such as 401 or 404.',
    effect: 'reads',
    verb: 'journal.find',
    fields: {
      count: 'The number of responses to explain, the newest first. Default: 3.',
    },
    input: mapping({
      count: v.optional(wholeNumber(1, 20)),
      operation,
      referenceId: polledId,
      client,
      status,
    }),
    run: explainLastResponses,
  }),
  get_settings: tool({
    title: 'Get the settings',
    description:
      'Returns the addresses and client ids that the client under test needs, and the time of the virtual clock.',
    effect: 'reads',
    input: mapping({}),
    run: findSettings,
  }),
  list_imports: tool({
    title: 'List imports',
    description: 'Returns imports with their states, and the number of all that match.',
    effect: 'reads',
    verb: 'imports.list',
    fields: { limit: 'The most imports to return: 1 to 100. Default: 20.' },
    input: mapping({ ...importPage, limit: v.optional(wholeNumber(1, 100)) }),
    run: listImports,
  }),
  get_import: tool({
    title: 'Get an import',
    description:
      'Returns the definition of an import, its state, its last polls, and the states that it will reach. This is no poll.',
    effect: 'reads',
    fields: { referenceId },
    input: mapping({ referenceId: text }),
    run: (control, { referenceId }) => findImport(control, referenceId),
  }),
  put_import: tool({
    title: 'Put an import',
    description:
      'Defines an import, or replaces its definition. Give it one of: a status (with fileLine and messages), an error, a timeline, or a progress.',
    effect: 'adds',
    definition: 'imports',
    fields: { referenceId: 'The id of the import, or a pattern of ids such as `school-*`.' },
    input: mapping({ referenceId: text, ...anyOf(Object.values(importForms)) }),
    run: (control, { referenceId, ...definition }) =>
      control.imports.put(referenceId, definition as unknown as ImportInput),
  }),
  upload_roster: tool({
    title: 'Upload a roster',
    description:
      'Uploads CSV text as a client does, to see whether the emulator accepts it. Returns the response, and the state of the import that it made.',
    effect: 'adds',
    fields: {
      csv: 'The text of the CSV file, with its header.',
      fileName: 'The name of the file. Default: `roster.csv`.',
      clientId: 'The client that uploads. Default: the first one with the scope `rostering`.',
      finish:
        'True to run the import to its end at once: its state then has the mistakes of rows. Default: false.',
    },
    input: mapping({
      csv: v.pipe(text, v.maxLength(1_000_000, 'must have at most 1000000 characters')),
      fileName: v.optional(text),
      clientId: v.optional(text),
      finish: v.optional(v.boolean('must be true or false')),
    }),
    run: uploadRoster,
  }),
  arm_fault: tool({
    title: 'Arm a fault',
    description:
      'Plans misbehaviour of the API for requests from now on: an error status, a delay, a cut connection. Limit it with operation, referenceId, skip and times.',
    effect: 'adds',
    definition: 'faults',
    input: mapping({
      ...anyOf(Object.values(faultSchema.forms).map(({ entries }) => entries)),
      kind: text,
    }),
    run: (control, definition) => control.faults.arm(definition as unknown as FaultDefinition),
  }),
  disarm_faults: tool({
    title: 'Disarm faults',
    description: 'Disarms one fault, or all of them.',
    effect: 'erases',
    fields: { id: 'The id of the fault, as arm_fault returned it. Default: every fault.' },
    input: mapping({ id: v.optional(text) }),
    async run({ faults }, { id }) {
      await (id === undefined ? faults.clear() : faults.disarm(id))
      return { armed: await faults.list() }
    },
  }),
  advance_clock: tool({
    title: 'Advance the clock',
    description:
      'Advances the virtual clock in place of waiting: imports go on, and access tokens expire.',
    effect: 'adds',
    verb: 'clock.advance',
    input: clockAdvanceSchema,
    run: (control, { by }) => control.clock.advance(by),
  }),
  mint_token: tool({
    title: 'Mint a token',
    description:
      'Makes an access token, right or with one flaw such as `expired`. Send it as `Authorization: Bearer <access_token>`.',
    effect: 'reads',
    verb: 'tokens.mint',
    fields: {
      clientId: 'The client of the token. Default: the first one with the scope `rostering`.',
    },
    input: tokenSpecSchema,
    run: async (control: EmulatorControl, spec) =>
      control.tokens.mint({ clientId: await firstClient(control), ...spec }),
  }),
  load_scenario: tool({
    title: 'Load a scenario',
    description: 'Loads a scenario: clients, imports, faults, planned uploads and switches.',
    effect: 'erases',
    verb: 'scenario.load',
    fields: { source: 'The scenario as YAML or JSON text.' },
    input: mapping({ ...scenarioLoadSchema.entries, source: text }),
    run: (control, { source, ...options }) => control.scenario.load(source, options),
  }),
  export_scenario: tool({
    title: 'Export the scenario',
    description:
      'Returns the current definitions as a scenario file to save in the project. Variables stand for the secrets.',
    effect: 'reads',
    fields: { format: 'The language of the text. Default: yaml.' },
    input: mapping({ format: scenarioExportSchema.entries.format }),
    run: (control, options) => control.scenario.export(options),
  }),
  run_report: tool({
    title: 'Get the run report',
    description:
      'Returns which outcomes the requests met and never met, findings about the client, unexpected requests, and definitions that no request used.',
    effect: 'reads',
    input: mapping({}),
    run: (control) => control.report.markdown(),
  }),
  reset: tool({
    title: 'Reset',
    description:
      'Restores the loaded scenario: what was put and armed is gone, the journal is empty, and the clock shows real time.',
    effect: 'erases',
    verb: 'reset',
    input: mapping({}),
    async run(control) {
      await control.reset()
      return 'The scenario is as it was loaded, the journal is empty, and the clock shows real time.'
    },
  }),
}
