import { durationSchema } from '../duration.js'
import { ControlError, formatMistake } from '../errors.js'
import { type Duration, toMs } from '../milliseconds.js'
import { parseBySchema, unknownField } from '../schema.js'
import type { EmulatorControl, WaitOptions } from './emulator-control.js'
import type { CallRoute, Input, RouteName } from './routes.js'
import { type FoundEntries, maxWaitMs } from './vocabulary.js'
import { isWorkspaceName, workspaceNameRule } from './workspace-name.js'

/** The vocabulary, over whatever carries it out. */
export function createControl(
  url: string,
  callRoute: CallRoute,
  workspace?: string,
): EmulatorControl {
  const call = <N extends RouteName>(name: N, input: Input<N>) => callRoute(workspace, name, input)
  return {
    url: workspace === undefined ? url : `${url}/w/${workspace}`,
    imports: {
      list: (page = {}) => call('imports.list', page),
      count: (filter = {}) => call('imports.count', filter),
      get: (id) => call('imports.get', { id }),
      put: (id, definition) => call('imports.put', { id, definition }),
      delete: (id) => call('imports.delete', { id }),
      finish: (id) => call('imports.finish', { id }),
      override: (id, state) => call('imports.override', { id, state }),
      clearOverride: (id) => call('imports.clearOverride', { id }),
      history: (id) => call('imports.history', { id }),
      result: (id) => call('imports.result', { id }),
    },
    clients: {
      list: () => call('clients.list', {}),
      get: (id) => call('clients.get', { id }),
      put: (id, definition) => call('clients.put', { id, definition }),
      delete: (id) => call('clients.delete', { id }),
    },
    clock: {
      get: () => call('clock.get', {}),
      freeze: () => call('clock.freeze', {}),
      resume: () => call('clock.resume', {}),
      set: (at) => call('clock.set', { at: textOf(at) }),
      advance: (by) => call('clock.advance', { by }),
      reset: () => call('clock.reset', {}),
    },
    journal: {
      find: (filter = {}) => call('journal.find', filter),
      count: (filter = {}) => call('journal.count', filter),
      waitFor: (filter = {}, options = {}) =>
        waitFor(options, (count, timeout, signal) =>
          callRoute(workspace, 'journal.wait', { ...filter, count, timeout }, signal),
        ),
      clear: () => call('journal.clear', {}),
    },
    service: {
      get: () => call('service.get', {}),
      set: (switches) => call('service.set', switches),
    },
    faults: {
      arm: (definition) => call('faults.arm', { definition }),
      list: () => call('faults.list', {}),
      disarm: (id) => call('faults.disarm', { id }),
      clear: () => call('faults.clear', {}),
    },
    uploads: {
      arm: (definition) => call('uploads.arm', { definition }),
      list: () => call('uploads.list', {}),
      disarm: (id) => call('uploads.disarm', { id }),
      clear: () => call('uploads.clear', {}),
    },
    savepoints: {
      list: () => call('savepoints.list', {}),
      save: (id) => call('savepoints.save', { id }),
      restore: (id) => call('savepoints.restore', { id }),
      delete: (id) => call('savepoints.delete', { id }),
    },
    report: {
      get: (options = {}) => call('report.get', options),
      markdown: (options = {}) => call('report.markdown', options),
      reset: (options = {}) => call('report.reset', options),
    },
    removals: {
      list: () => call('removals.list', {}),
      undo: (id) => call('removals.undo', { id }),
    },
    state: {
      export: () => call('state.export', {}),
      import: (document) => call('state.import', { document }),
    },
    scenario: {
      export: (options = {}) => call('scenario.export', options),
      changes: () => call('scenario.changes', {}),
      load: (source, options = {}) => call('scenario.load', { ...options, source }),
    },
    tokens: { mint: (spec = {}) => call('tokens.mint', spec) },
    workspaces: {
      list: () => call('workspaces.list', {}),
      fork: (id) => call('workspaces.fork', { id }),
      delete: (id) => call('workspaces.delete', { id }),
    },
    workspace(name) {
      if (isWorkspaceName(name)) return createControl(url, callRoute, name)
      throw new ControlError('invalid_input', workspaceNameRule, 'workspace')
    },
    reset: () => call('reset', {}),
    health: () => call('health', {}),
  }
}

const waitFields = ['count', 'timeout', 'signal']

/** Asks again where one request may not wait so long. */
async function waitFor(
  options: WaitOptions,
  ask: (count: number, timeout: Duration, signal: AbortSignal | undefined) => Promise<FoundEntries>,
): Promise<FoundEntries> {
  requireWaitOptions(options)
  const { count = 1, timeout = '5s', signal } = options
  const parsed = parseBySchema(durationSchema, timeout)
  if ('mistakes' in parsed) {
    throw new ControlError('invalid_input', parsed.mistakes.map(formatMistake).join(), 'timeout')
  }
  let leftMs = toMs(timeout)
  for (;;) {
    signal?.throwIfAborted()
    const stepMs = Math.min(leftMs, maxWaitMs)
    const found = await ask(count, stepMs, signal)
    if (found.entries.length >= count) return found
    leftMs -= stepMs
    if (leftMs <= 0) {
      signal?.throwIfAborted()
      const lost = found.complete ? '' : `; the journal evicted others: raise --journal-size`
      const waited = typeof timeout === 'number' ? `${timeout}ms` : timeout
      throw new ControlError(
        'timeout',
        `${found.entries.length} of ${count} journal entries came within ${waited}${lost}`,
      )
    }
  }
}

function requireWaitOptions(options: unknown): void {
  const isMapping = typeof options === 'object' && options !== null
  const unknown = isMapping && Object.keys(options).find((name) => !waitFields.includes(name))
  if (isMapping && unknown === undefined) return
  throw new ControlError(
    'invalid_input',
    isMapping
      ? unknownField(unknown as string, waitFields)
      : "must be an object, such as { count: 2, timeout: '5s' }",
    isMapping ? (unknown as string) : 'options',
  )
}

/** An instant in ISO 8601. A date that is none is refused where it is read. */
function textOf(at: string | Date): string {
  return at instanceof Date && !Number.isNaN(at.getTime()) ? at.toISOString() : String(at)
}
