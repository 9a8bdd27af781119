import { appendFile, writeFile } from 'node:fs/promises'
import { extname } from 'node:path'
import type { CommandContext } from './command-context.js'
import type { CommandLine } from './command-line.js'
import { InputError } from './domain/errors.js'
import type { FindingCode } from './domain/report/findings.js'
import type { OutcomeName } from './domain/report/outcomes.js'
import { toHtml } from './domain/report/report-html.js'
import { toJunit } from './domain/report/report-junit.js'
import { toMarkdown } from './domain/report/report-markdown.js'
import { toText } from './domain/report/report-text.js'
import {
  type JudgedRequirement,
  judgeReport,
  type ReportRequirements,
  requireKnownNames,
} from './domain/report/requirements.js'
import type { RunReport } from './domain/report/run-report.js'
import { isColoured } from './terminal/is-terminal.js'

type Write = (report: RunReport, judged: readonly JudgedRequirement[]) => string

/** The forms of a report file, by its ending. */
const writers: Readonly<Record<string, Write>> = {
  '.json': (report) => `${JSON.stringify(report, null, 2)}\n`,
  '.md': toMarkdown,
  '.xml': toJunit,
  '.html': toHtml,
}

/** The exit code of `exec` if the command succeeded, and the run broke a requirement. */
const brokenCode = 3

/** The wishes of a command line about the report of its run. */
export interface ReportWishes extends ReportRequirements {
  readonly files: readonly string[]
  readonly isQuiet: boolean
}

/** Reads the flags of `exec`. Throws an `InputError` for a name or an ending that it does not know, before anything runs. */
export function readReportFlags(flags: CommandLine['flags']): ReportWishes {
  const files = flags['--report'] ?? []
  for (const file of files) {
    if (Object.hasOwn(writers, extname(file))) continue
    const message = `"${file}" must end with ${Object.keys(writers).join(', ')}`
    throw new InputError({ path: '--report', message })
  }
  const forbid = namesIn(flags['--forbid'])
  const wishes = {
    files,
    isQuiet: flags['--quiet'] !== undefined,
    require: namesIn(flags['--require']) as OutcomeName[],
    forbid: forbid.includes('all') ? ('all' as const) : (forbid as FindingCode[]),
    failOnUnexpected: flags['--fail-on-unexpected'] !== undefined,
  }
  try {
    requireKnownNames(wishes)
  } catch (error) {
    const { mistakes } = error as InputError
    throw new InputError(mistakes.map((it) => ({ ...it, path: `--${it.path}` })))
  }
  return wishes
}

/** Each flag may repeat, and name several with commas. */
function namesIn(values: readonly string[] = []): string[] {
  return values.flatMap((value) => value.split(',').map((name) => name.trim()))
}

/**
 * Prints and writes the report of a run. Resolves to the exit code: that of the command if it failed, and 3 if the run broke a
 * requirement.
 */
export async function reportRun(
  report: RunReport,
  { files, isQuiet, ...requirements }: ReportWishes,
  code: number,
  { environment, err }: Pick<CommandContext, 'environment' | 'err'>,
): Promise<number> {
  const judged = judgeReport(report, requirements)
  const broken = judged.flatMap((it) => it.broken ?? [])
  const coloured = isColoured(err, environment)
  if (!isQuiet) err.write(shortReport(report, code, coloured))
  // Also with --quiet: an exit code without its reason helps nobody.
  for (const sentence of broken) err.write(`tao-upload-emulator: ${sentence}\n`)
  const failures = await Promise.all(
    files.map((file) => {
      const write = writers[extname(file)] as Write
      return attempt(writeFile(file, write(report, judged)), file)
    }),
  )
  const summary = environment.GITHUB_STEP_SUMMARY
  if (summary) failures.push(await attempt(appendFile(summary, toMarkdown(report)), summary))
  const failed = failures.filter((it) => it !== undefined)
  for (const failure of failed) err.write(failure)
  if (code !== 0) return code
  if (broken.length > 0) return brokenCode
  return failed.length > 0 ? 1 : 0
}

function shortReport(report: RunReport, code: number, coloured: boolean): string {
  if (report.requests > 0) return toText(report, coloured)
  return notRun.includes(code) ? '' : noRequests
}

/** The exit codes of a command that was not found, or cannot be run. */
const notRun: readonly number[] = [126, 127]

const noRequests =
  'tao-upload-emulator: no request came. Is your client configured by TAO_ADVANCE_URL?\n'

/** Resolves to a line if a file cannot be written. */
function attempt(writing: Promise<void>, file: string): Promise<string | undefined> {
  return writing.then(
    () => undefined,
    ({ message }: Error) => `tao-upload-emulator: ${file} cannot be written: ${message}\n`,
  )
}
