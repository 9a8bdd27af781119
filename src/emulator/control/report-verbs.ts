import type { RouteName } from '../../domain/control/routes.js'
import { toMarkdown } from '../../domain/report/report-markdown.js'
import type { RunReport } from '../../domain/report/run-report.js'
import { describeRun, describeWholeRun } from '../report/describe-run.js'
import type { Verbs } from './control-verb.js'

/** The run report. */
export const reportVerbs = {
  'report.get': ({ emulator, workspace }, { all }): RunReport =>
    all ? describeWholeRun(emulator) : describeRun(workspace),
  'report.markdown': ({ emulator, workspace }, { all }): string =>
    toMarkdown(all ? describeWholeRun(emulator) : describeRun(workspace)),
  'report.reset'({ emulator, workspace }, { all }): void {
    if (all) emulator.resetReports()
    else workspace.report.reset()
  },
} satisfies Verbs<Extract<RouteName, `report.${string}`>>
