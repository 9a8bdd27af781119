import t from 'tap'
import { outcomeInfos } from '../../src/domain/report/outcomes.js'
import { toHtml } from '../../src/domain/report/report-html.js'
import { toJunit } from '../../src/domain/report/report-junit.js'
import { toMarkdown } from '../../src/domain/report/report-markdown.js'
import { toText } from '../../src/domain/report/report-text.js'
import {
  assertReport,
  judgeReport,
  ReportError,
  type ReportRequirements,
} from '../../src/domain/report/requirements.js'
import type { RunReport } from '../../src/domain/report/run-report.js'

const none = { ids: [], more: 0 }

const counts: Readonly<Record<string, number>> = {
  'token.issued': 1,
  'status.pending': 1200,
  'status.processed': 1,
}

const clean: RunReport = {
  version: 1,
  workspace: 'main',
  since: '2026-11-27T12:00:00.000Z',
  requests: 1202,
  outcomes: outcomeInfos.map((info) => ({ ...info, count: counts[info.outcome] ?? 0 })),
  unexpected: [],
  findings: [],
  basis: { documented: 1202, standard: 0, published: 0, decided: 0 },
  unused: { imports: none, faults: none, uploads: none },
  cut: [],
}

const sentence =
  'demo-client polled <b>slow</b> 12 times within 500 ms of the poll before; the shortest pause was 3 ms'

const messy: RunReport = {
  ...clean,
  workspace: null,
  requests: 1,
  unexpected: [
    { kind: 'unknown-path', title: 'The API has no such path', count: 2, entries: [3, 7] },
    { kind: 'secret-in-url', title: 'The URL has a secret in its query', count: 1, entries: [] },
  ],
  findings: [
    {
      ...{ finding: 'polls-too-fast', count: 12, sentence, entries: [4, 5] },
      link: '/__docs/client-manners.html#polls-too-fast',
    },
  ],
  basis: { documented: 0, standard: 0, published: 2, decided: 1 },
  unused: {
    imports: { ids: ['a|b', 'c'], more: 3 },
    faults: { ids: ['outage'], more: 0 },
    uploads: none,
  },
  cut: ['Only the first 1,000 clients were followed'],
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the colours of a terminal.
const colours = /\u001B\[\d+m/g

t.test('the text fits on a screen of 80 columns', async (t) => {
  for (const report of [clean, messy]) {
    const lines = toText(report, true).replace(colours, '').split('\n')
    t.equal(lines.join('\n'), toText(report))
    t.ok(lines.every((line) => line.length <= 80))
    t.ok(lines.length <= 24)
  }
  t.match(
    toText(clean),
    'tao-upload-emulator: 1,202 requests\n  met        token.issued ×1, status.pending ×1200, status.processed ×1\n  not met    ',
  )
  const text = toText(messy)
  for (const part of [
    'tao-upload-emulator: 1 request, all workspaces\n',
    '  polls-too-fast ×12\n',
    '  docs/client-manners.md explains these findings\n',
    '  unknown-path ×2, The API has no such path, journal 3, 7\n',
    '  secret-in-url ×1, The URL has a secret in its query\n',
    '  unused     imports: a|b, c and 3 more, faults: outage\n',
    '  evidence   2 responses are published behaviour, 1 our choice\n',
    '  Only the first 1,000 clients were followed\n',
  ]) {
    t.match(text, part)
  }
  t.notMatch(toText(clean), /finding|unused|evidence/)
})

t.test('the Markdown has tables, and no text of a request becomes markup', async (t) => {
  const text = toMarkdown(messy)
  t.match(text, '| `token.issued` | An access token was issued | 1 |')
  t.match(text, '| `polls-too-fast` | demo-client polled \\<b>slow\\</b> 12 times within')
  t.match(text, '| `unknown-path` | The API has no such path, journal 3, 7 | 2 |')
  t.match(text, '\nUnused imports: a\\|b, c and 3 more.\n')
  t.match(text, 'Only the first 1,000 clients were followed')
  t.notMatch(toMarkdown(clean), /Finding|Unexpected|Unused/)
})

t.test('the page needs nothing else, and no text of a request becomes markup', async (t) => {
  const judged = judgeReport(messy, { require: ['token.issued', 'status.failed'] })
  const html = toHtml(messy, judged)
  t.notMatch(html, /<b>|src=|href=|http/)
  t.match(html, '<td><code>polls-too-fast</code></td><td>demo-client polled &#60;b&#62;slow')
  t.match(html, '<td>require token.issued</td><td>met</td>')
  t.match(html, '<span class="broken">No request met the outcome status.failed')
  t.match(html, '<li>Only the first 1,000 clients were followed</li>')
  t.notMatch(toHtml(clean, []), /Requirements|Findings|Unused/)
})

t.test('JUnit has a case for each requirement and each outcome', async (t) => {
  const judged = judgeReport(messy, { require: ['token.issued'], forbid: ['polls-too-fast'] })
  const xml = toJunit(messy, judged)
  t.match(
    xml,
    `tests="${outcomeInfos.length + 2}" failures="1" skipped="${outcomeInfos.length - 3}"`,
  )
  t.match(xml, '<testcase classname="requirements" name="require token.issued"/>')
  t.match(xml, '<failure message="polls-too-fast: demo-client polled &#60;b&#62;')
  t.match(xml, 'name="upload.accepted: The file was accepted"><skipped/></testcase>')
})

t.test('requirements are judged, each with its sentence', async (t) => {
  const cases: [string, RunReport, ReportRequirements, string[]][] = [
    ['none', messy, {}, []],
    ['an outcome that was met', clean, { require: ['status.processed'] }, []],
    [
      'an outcome that was not met',
      clean,
      { require: ['status.failed'] },
      ['No request met the outcome status.failed (The import has failed)'],
    ],
    [
      'a report without outcomes',
      { ...clean, outcomes: [] },
      { require: ['status.failed'] },
      ['No request met the outcome status.failed'],
    ],
    ['a finding that was not made', clean, { forbid: ['polls-too-fast'] }, []],
    [
      'any finding',
      messy,
      { forbid: 'all' },
      [`polls-too-fast: ${sentence}. See /__docs/client-manners.html#polls-too-fast`],
    ],
    ['no unexpected requests', clean, { failOnUnexpected: true }, []],
    [
      'unexpected requests',
      messy,
      { failOnUnexpected: true },
      [
        'Unexpected requests: unknown-path ×2: The API has no such path (journal 3, 7); secret-in-url ×1: The URL has a secret in its query (journal off)',
      ],
    ],
  ]
  for (const [name, report, requirements, broken] of cases) {
    t.test(name, async (t) => {
      if (broken.length === 0) {
        t.doesNotThrow(() => assertReport(report, requirements))
        return
      }
      const message = `The run does not meet its requirements:\n- ${broken.join('\n- ')}`
      t.throws(() => assertReport(report, requirements), { name: 'ReportError', message, broken })
      t.throws(() => assertReport(report, requirements), ReportError)
    })
  }
})

t.test('names that do not exist are refused, with the one that may be meant', async (t) => {
  t.throws(() => assertReport(clean, { require: ['status.proccessed' as never] }), {
    name: 'InputError',
    message: 'require: unknown name "status.proccessed"; did you mean status.processed?',
  })
  t.throws(() => assertReport(clean, { forbid: ['x' as never, 'polls-to-fast' as never] }), {
    message:
      /^forbid: unknown name "x"; known are token-per-request, .*\nforbid: unknown name "polls-to-fast"; did you mean polls-too-fast\?$/,
  })
})
