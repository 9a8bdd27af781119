import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import t from 'tap'
import { outcomeInfos } from '../../src/domain/report/outcomes.js'
import type { RunReport } from '../../src/domain/report/run-report.js'
import { readReportFlags, reportRun } from '../../src/exec-report.js'

const none = { ids: [], more: 0 }

const report: RunReport = {
  version: 1,
  workspace: null,
  since: '2026-11-27T12:00:00.000Z',
  requests: 1,
  outcomes: outcomeInfos.map((info) => ({
    ...info,
    count: info.outcome === 'token.issued' ? 1 : 0,
  })),
  unexpected: [],
  findings: [],
  basis: { documented: 1, standard: 0, published: 0, decided: 0 },
  unused: { imports: none, faults: none, uploads: none },
  cut: [],
}

async function run(
  flags: Readonly<Record<string, readonly string[]>>,
  { code = 0, env = {}, isTTY = false, of = report } = {},
) {
  const err = new PassThrough()
  Object.assign(err, { isTTY })
  const context = { err: err as unknown as NodeJS.WriteStream, environment: env }
  const ended = await reportRun(of, readReportFlags(flags), code, context)
  return { code: ended, err: String(err.read() ?? '') }
}

t.test('a run ends with its report, and with the exit code of the command', async (t) => {
  const ended = await run({}, { code: 7 })
  t.equal(ended.code, 7)
  t.match(ended.err, /^tao-upload-emulator: 1 request, all workspaces\n {2}met +token\.issued ×1\n/)
  t.strictSame(await run({ '--quiet': ['true'] }), { code: 0, err: '' })
  t.strictSame(await run({}, { of: { ...report, requests: 0 } }), {
    code: 0,
    err: 'tao-upload-emulator: no request came. Is your client configured by TAO_ADVANCE_URL?\n',
  })
  t.strictSame(await run({}, { code: 127, of: { ...report, requests: 0 } }), { code: 127, err: '' })
})

t.test('colours are for a terminal that wants them', async (t) => {
  const finding = { finding: 'polls-too-fast', count: 1, sentence: 'x', entries: [], link: '' }
  const of = { ...report, findings: [finding] } as never
  t.ok((await run({}, { isTTY: true, of })).err.includes('\u001B[33m'))
  t.notOk((await run({}, { isTTY: true, env: { NO_COLOR: '1' }, of })).err.includes('\u001B'))
})

t.test('a broken requirement is exit code 3, unless the command failed itself', async (t) => {
  const flags = { '--require': ['token.issued,status.failed'], '--quiet': ['true'] }
  const err =
    'tao-upload-emulator: No request met the outcome status.failed (The import has failed)\n'
  t.strictSame(await run(flags), { code: 3, err })
  t.strictSame(await run(flags, { code: 1 }), { code: 1, err })
  const kept = {
    '--require': ['token.issued'],
    '--forbid': ['all'],
    '--fail-on-unexpected': ['true'],
  }
  t.equal((await run(kept)).code, 0)
})

t.test('each report file has the form of its ending', async (t) => {
  const folder = t.testdir()
  const files = ['run.json', 'run.md', 'run.xml', 'run.html'].map((name) => join(folder, name))
  const summary = join(folder, 'summary')
  t.equal((await run({ '--report': files }, { env: { GITHUB_STEP_SUMMARY: summary } })).code, 0)
  const [json = '', markdown, xml, html] = files.map((file) => readFileSync(file, 'utf8'))
  t.strictSame(JSON.parse(json), report)
  t.match(markdown, /^## TAO upload emulator: run report\n/)
  t.match(xml, /^<\?xml/)
  t.match(html, /^<!doctype html>/)
  t.equal(readFileSync(summary, 'utf8'), markdown)
})

t.test('a file that cannot be written is named, and fails a run that went well', async (t) => {
  const file = join(t.testdir(), 'none', 'run.json')
  const ended = await run({ '--report': [file], '--quiet': ['true'] })
  t.equal(ended.code, 1)
  t.match(ended.err, `tao-upload-emulator: ${file} cannot be written: ENOENT`)
  const broken = await run({ '--report': [file], '--require': ['status.failed'] })
  t.equal(broken.code, 3)
})

t.test('wrong flags are refused before anything runs', async (t) => {
  const cases: [string, Readonly<Record<string, readonly string[]>>, string][] = [
    [
      'an ending',
      { '--report': ['a.txt'] },
      '--report: "a.txt" must end with .json, .md, .xml, .html',
    ],
    [
      'an outcome',
      { '--require': ['token.isued'] },
      '--require: unknown name "token.isued"; did you mean token.issued?',
    ],
    [
      'a finding',
      { '--forbid': ['polls-too-fats'] },
      '--forbid: unknown name "polls-too-fats"; did you mean polls-too-fast?',
    ],
  ]
  for (const [name, flags, message] of cases) {
    t.throws(() => readReportFlags(flags), { name: 'InputError', message }, name)
  }
})
