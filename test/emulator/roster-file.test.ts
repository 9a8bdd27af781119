import { createReadStream, readdirSync, readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import t from 'tap'
import type { BehaviourId } from '../../src/domain/behaviours.js'
import { VendorError } from '../../src/domain/errors.js'
import { defaultService, type Service } from '../../src/domain/service.js'
import { type RosterOutcome, readRoster } from '../../src/emulator/roster/roster-file.js'
import { blockSize } from '../../src/emulator/roster/utf8-chunks.js'

async function* inParts(...parts: readonly (string | Uint8Array)[]) {
  for (const part of parts) yield Buffer.from(part)
}

/** An outcome with its result file as one text. */
function readable({ file, unchecked: _, ...outcome }: RosterOutcome) {
  return { ...outcome, file: file?.toString() }
}

const read = async (...parts: (string | Uint8Array)[]) =>
  readable(await readRoster(inParts(...parts)))

/** The outcome of a file whose rows can be imported. */
function outcome(
  kind: RosterOutcome['kind'],
  rows: number,
  messages: readonly string[],
  ...lines: readonly string[]
) {
  const file = lines.map((line) => `${line}\n`).join('')
  return { kind, rows, refused: messages.length, isWholeFileRefused: false, messages, file }
}

const resultColumns = 'status,errorType,errorCode,errorMessage'
const bad = (sentence: string) => `400,error,validation.fieldError,${sentence}`

/** The outcome of a file of which nothing is imported. */
function nothing(kind: RosterOutcome['kind'], ...messages: string[]) {
  return { kind, rows: 0, refused: 0, isWholeFileRefused: true, messages, file: undefined }
}

const refused = (message: string, ...restsOn: BehaviourId[]) =>
  new VendorError(
    'upload-refused',
    { code: 'upload-refused', message },
    { restsOn: restsOn.length === 0 ? undefined : restsOn },
  )

t.test('the samples that the documentation prints go in as they are', async (t) => {
  const existing = (id: string) =>
    `${id},group_name,session_name,session_timezone,session_startDate,session_endDate,session_submissionDate,session_waitingPageDate,session_securitySettings,session_waitingPageDate,session_reviewSettings,session_testRunnerAccessibilityPlugins,session_testRunnerSessionPlugins,session_reportSettings,session_readAloud
d,g,s,Europe/Warsaw,2023-01-01T12:00:00Z,2024-1-31T12:00:00Z,2024-1-31T12:00:00Z,2022-12-1T12:00:00Z,"requireFullscreen,preventScreenshot",enableTTReview,"contrast,zoom",studentReport,print,content-based`
  const samples: [kind: RosterOutcome['kind'], name: string, csv: string][] = [
    [
      'users',
      'users, with bare JSON and placeholders',
      `user_username,user_name,user_password,user_email,user_language,user_active,user_role,user_organizationId,user_externalId,user_metadata_<KEY>
jane,Jane,Passw!rd,jane@example.org,en-US,TRUE,CONTENT_CREATOR|GROUP_CREATOR,root,{"google": "10293"},{metadata_value}`,
    ],
    [
      'groups',
      'groups, with a placeholder for a value',
      `group_name,group_description,group_active,group_organizationId,group_metadata_<KEY>
g,Text,TRUE,root,metadata_<KEY>`,
    ],
    [
      'link-new-user-to-groups',
      'new users in groups, with a weak password and no address',
      `user_username,user_name,user_password,user_email,user_language,user_active,group_role,group_name,user_organizationId
u,Name,password,userEmail,EN-US,TRUE,TEST_TAKER,g,root`,
    ],
    [
      'link-existing-user-to-groups',
      'existing users in groups',
      'user_username,group_name,group_role\nu,g,TEST_TAKER',
    ],
    [
      'sessions-with-delivery-in-new-groups',
      'sessions in new groups, with two values swapped',
      `session_deliveryId,group_name,group_description,group_active,session_name,session_timezone,session_startDate,session_endDate,session_submissionDate,session_waitingPageDate,session_securitySettings,session_reviewSettings,session_testRunnerAccessibilityPlugins,session_testRunnerSessionPlugins,session_reportSettings,session_readAloud,group_organizationId
d,g,Text,TRUE,s,Europe/Warsaw,2023-01-01T12:00:00Z,2024-1-31T12:00:00Z,2024-1-31T12:00:00Z,2022-12-1T12:00:00Z,"requireFullscreen,preventRightClickAndKeyboardShortcuts,preventScreenshot",enableTTReview,"contrast,contrastToolOptions,customPointer,customPointerOptions,font,fontToolOptions,zoom",studentReport,print,content-based,root`,
    ],
    [
      'sessions-with-delivery-in-existing-groups',
      'sessions in existing groups, with a column twice and a value once',
      existing('session_deliveryId'),
    ],
    [
      'sessions-with-delivery-in-existing-groups',
      'batteries, with a column twice and a value once',
      existing('session_batteryId'),
    ],
    [
      'sessions-with-delivery-in-existing-groups',
      'paper sessions',
      `session_deliveryId,group_name,session_name,session_paperMode_isEnabled,session_paperMode_sheetsPerInteraction,session_paperMode_totalInteractions,session_paperMode_bookletFilename,session_paperMode_scanUploadStartDate,session_paperMode_scanUploadEndDate
d,g,s,1,1,1,school-math,2023-01-01T11:00:00.000Z,2023-01-01T12:00:00.000Z`,
    ],
    [
      'organizations',
      'organizations, with a leading space',
      `hierarchy_organizationId,hierarchy_organizationName,hierarchy_organizationDescription,hierarchy_parentOrganizationId
o,Name, Text,root`,
    ],
  ]
  for (const [kind, name, csv] of samples) {
    t.test(name, async (t) => {
      const { file = '', ...found } = await read(csv)
      t.strictSame(found, {
        kind,
        rows: 1,
        refused: 0,
        isWholeFileRefused: false,
        messages: [],
      })
      t.match(file, /,status,errorType,errorCode,errorMessage\n.*,processed,,,\n$/)
    })
  }
})

t.test('the example files', async (t) => {
  const folder = 'fixtures/csv/'
  const wrong: Record<string, string[]> = {
    'groups-wrong.csv': [
      'Line 3: group_name is mandatory',
      'Line 4: group_active must be TRUE or FALSE, not "no"',
      'Line 5: group_name "Algebra 9b" is on line 2 already',
    ],
    'link-existing-user-to-groups-wrong.csv': [
      'Line 3: user_username "jmeyer", group_name "Algebra 9b", group_role "GRADER" is on line 2 already',
      'Line 4: group_role has the unknown role "TEST_TAKERS"; did you mean TEST_TAKER?',
      'Line 5: group_name is mandatory',
      'Line 6: group_role must be one role, such as TEST_TAKER, GRADER, GROUP_MANAGER, BOOKLET_PUBLISHER, SCAN_UPLOADER or DATA_EXPLORER',
    ],
    'link-new-user-to-groups-wrong.csv': [
      'Line 2: user_password must have at least 8 characters',
      'Line 3: group_role is mandatory',
      'Line 4: user_username is mandatory; user_active must be TRUE or FALSE, not "maybe"',
    ],
    'organizations-wrong.csv': [
      'Line 2: hierarchy_parentOrganizationId is mandatory',
      'Line 3: hierarchy_organizationName is mandatory',
      'Line 4: hierarchy_parentOrganizationId makes "school-8" a parent of itself',
      'Line 5: hierarchy_organizationId "school-7" is on line 3 already',
    ],
    'sessions-with-battery-in-existing-groups-wrong.csv': [
      'Line 2: only one of session_deliveryId and session_batteryId can be filled in',
      'Line 3: session_deliveryId or session_batteryId is mandatory',
    ],
    'sessions-with-delivery-in-existing-groups-wrong.csv': [
      'Line 2: session_startDate must be a date and time in UTC, such as 2026-03-02T08:00:00Z, not "2026-04-01"',
      'Line 3: session_paperMode_sheetsPerInteraction must be a whole number of at least 1; session_paperMode_totalInteractions must be a whole number',
      'Line 4: session_paperMode_bookletFilename is mandatory where session_paperMode_isEnabled is true; session_name "Essay on paper" is on line 3 already',
    ],
    'sessions-with-delivery-in-new-groups-wrong.csv': [
      'Line 2: session_deliveryId or session_batteryId is mandatory',
      'Line 3: group_active must be TRUE or FALSE, not "on"; session_timezone must be an IANA time zone, such as Europe/Warsaw, not "Europe/Berlim"; session_startDate must be a day of the calendar, not "2026-02-30T08:00:00Z"',
      'Line 4: group_name is mandatory; session_startDate must be a date and time in UTC, such as 2026-03-02T08:00:00Z, not "02.03.2026 08:00"',
    ],
    'users-wrong.csv': [
      'Line 3: user_username is mandatory',
      'Line 4: user_password must have at least 8 characters, with an upper-case letter, a lower-case letter and a special character',
      'Line 5: user_password is mandatory; user_email must be an e-mail address; user_active must be TRUE or FALSE, not "yes"; user_role has the unknown role "SUPORT"; did you mean SUPPORT?',
      'Line 6: user_externalId must be a JSON object, such as {"google": "10293"}; user_username "jmeyer" is on line 2 already',
      'Line 7: has 10 values where the header has 9 columns',
    ],
  }
  for (const name of readdirSync(folder).filter((it) => !it.endsWith('.result.csv'))) {
    t.test(name, async (t) => {
      const { kind, rows, refused, messages, file } = await readRoster(
        createReadStream(folder + name),
      )
      t.strictSame(messages, name.endsWith('-wrong.csv') ? wrong[name] : [])
      t.equal(refused, messages.length)
      t.equal(
        rows,
        readFileSync(folder + name, 'utf8')
          .trimEnd()
          .split('\n').length - 1,
      )
      t.equal(kind, name.replace('battery', 'delivery').replace(/(-wrong)?\.csv$/, ''))
      const expected = readFileSync(folder + name.replace('.csv', '.result.csv'), 'utf8')
      t.equal(file?.toString(), expected, 'its result file stands beside it')
    })
  }
})

t.test('CSV as people write it', async (t) => {
  const cases: [string, csv: string | Uint8Array, expected: object][] = [
    [
      'has a byte order mark',
      '\uFEFFgroup_name\na\n',
      outcome('groups', 1, [], `group_name,${resultColumns}`, 'a,processed,,,'),
    ],
    [
      'has \\r\\n, \\n and \\r, quoted newlines and blank lines; a row is on the line where it starts',
      'group_name,group_description\r\na,"1\r\n2\r\n3"\r\n\r\n\nb,"1\n2"\nc,\rd,"\r"\r,"x"\n"",y',
      outcome(
        'groups',
        6,
        ['Line 12: group_name is mandatory', 'Line 13: group_name is mandatory'],
        `group_name,group_description,${resultColumns}`,
        'a,"1\r\n2\r\n3",processed,,,',
        'b,"1\n2",processed,,,',
        'c,,processed,,,',
        'd,,processed,,,',
        `,x,${bad('group_name is mandatory')}`,
        `,y,${bad('group_name is mandatory')}`,
      ),
    ],
    [
      'has a header below blank lines, and no row below it',
      '\n\ngroup_name\n\n',
      nothing('groups', 'Line 3: there is no row below the header'),
    ],
    [
      'has rows of commas and blanks, and ends as under DOS',
      '  ,\n\u00a0\ngroup_name,group_description\n,\na,\n , \n,,,\n\x1a',
      outcome('groups', 1, [], `group_name,group_description,${resultColumns}`, 'a,,processed,,,'),
    ],
    [
      'ends as under DOS, right behind its last value',
      'group_name,group_active\na,TRUE\x1a',
      outcome('groups', 1, [], `group_name,group_active,${resultColumns}`, 'a,TRUE,processed,,,'),
    ],
    [
      'ends as under DOS, and then goes on with line ends',
      'group_name\na\n\x1a\r\n\x1a\n',
      outcome('groups', 1, [], `group_name,${resultColumns}`, 'a,processed,,,'),
    ],
    [
      'has no-break spaces around values, which stay and are named',
      'group_name,group_active\n\u00a0a,TRUE\u00a0\n\u00a0,TRUE\n',
      outcome(
        'groups',
        2,
        [
          'Line 2: group_active must be TRUE or FALSE, not "TRUE\\u00a0" (U+00A0 NO-BREAK SPACE)',
          'Line 3: group_name is mandatory',
        ],
        `group_name,group_active,${resultColumns}`,
        `\u00a0a,TRUE\u00a0,${bad('"group_active must be TRUE or FALSE, not ""TRUE\\u00a0"" (U+00A0 NO-BREAK SPACE)"')}`,
        `\u00a0,TRUE,${bad('group_name is mandatory')}`,
      ),
    ],
    [
      'has a long value that is cut in the middle of a character',
      `group_name,group_active\na,${'x'.repeat(39)}😀x\n`,
      outcome(
        'groups',
        1,
        [`Line 2: group_active must be TRUE or FALSE, not "${'x'.repeat(39)}…"`],
        `group_name,group_active,${resultColumns}`,
        `a,${'x'.repeat(39)}😀x,${bad(`"group_active must be TRUE or FALSE, not ""${'x'.repeat(39)}…"""`)}`,
      ),
    ],
    [
      'has quotes within values',
      'group_name,group_description\nthe "a",say ""a""\n"b" c,"d ""e"" f"\n',
      outcome(
        'groups',
        2,
        [],
        `group_name,group_description,${resultColumns}`,
        '"the ""a""","say """"a""""",processed,,,',
        '"""b"" c","d ""e"" f",processed,,,',
      ),
    ],
    [
      'has spaces around values, unknown columns, and a column of the result',
      ' group_name ,status,class,class\n a ,mine, 7b ,"x,y"\n',
      outcome(
        'groups',
        1,
        [],
        'group_name,status,class,class,errorType,errorCode,errorMessage',
        'a,processed,7b,"x,y",,,',
      ),
    ],
    [
      'has values that a spreadsheet takes for formulas, which stay as they are',
      'group_name\n=1+1\n"@SUM(A1)"\n',
      outcome(
        'groups',
        2,
        [],
        `group_name,${resultColumns}`,
        '=1+1,processed,,,',
        '@SUM(A1),processed,,,',
      ),
    ],
    [
      'has a value that is too long, and rows after it',
      `group_name\n${'x'.repeat(70_000)}\nb\n`,
      outcome(
        'groups',
        2,
        ['Line 2: group_name has more than 65536 characters'],
        `group_name,${resultColumns}`,
        `${'x'.repeat(70_000)},${bad('group_name has more than 65536 characters')}`,
        'b,processed,,,',
      ),
    ],
    [
      'has rows with too few and too many values',
      'group_name,group_active\na\nb,,c\n',
      outcome(
        'groups',
        2,
        [
          'Line 2: has 1 value where the header has 2 columns',
          'Line 3: has 3 values where the header has 2 columns',
        ],
        `group_name,group_active,${resultColumns}`,
        `a,,${bad('has 1 value where the header has 2 columns')}`,
        `b,,${bad('has 3 values where the header has 2 columns')}`,
      ),
    ],
    [
      'has a header that will not do: the rows are not looked at',
      `group_nam,group_active,group_active\n${'a,b,c\n'.repeat(20_000)}`,
      nothing(
        'groups',
        'Line 1: column "group_active" is repeated',
        'Line 1: mandatory column group_name is missing; did you mean group_name where the header has "group_nam"?',
      ),
    ],
    [
      'has several mistakes in a row',
      'group_name,group_active\na,1\n,no\n',
      outcome(
        'groups',
        2,
        ['Line 3: group_name is mandatory; group_active must be TRUE or FALSE, not "no"'],
        `group_name,group_active,${resultColumns}`,
        'a,1,processed,,,',
        `,no,${bad('"group_name is mandatory; group_active must be TRUE or FALSE, not ""no"""')}`,
      ),
    ],
  ]
  for (const [name, csv, expected] of cases) {
    t.test(name, async (t) => t.strictSame(await read(csv), expected))
  }
})

t.test('a file that is no CSV in UTF-8 is refused', async (t) => {
  const wide = 'ü€😀'.repeat(20_000)
  const tooLong = 'x'.repeat(2 ** 20 + 1)
  const cases: [string, csv: string | Uint8Array, message: string][] = [
    [
      'Latin-1',
      Buffer.from('group_name\na\r\nb\rf\xfcr\nc', 'latin1'),
      'the text is not UTF-8, on line 4',
    ],
    [
      'a character that ends early',
      Buffer.from('group_name\ng\xe2\x82', 'latin1'),
      'the text is not UTF-8, on line 2',
    ],
    [
      'a byte that begins no character, far down',
      Buffer.concat([
        Buffer.from(`group_name\na\n${wide}\n`),
        Buffer.from([0x80, 0x80, 0x80, 0x80]),
      ]),
      'the text is not UTF-8, on line 4',
    ],
    [
      'bytes that go on with a character that never began, at the end of a block',
      Buffer.concat([Buffer.alloc(blockSize - 6, '\n'), Buffer.alloc(20, 0x80)]),
      `the text is not UTF-8, on line ${blockSize - 5}`,
    ],
    ...['', '\uFEFF'].flatMap((mark): [string, Uint8Array, string][] => {
      const text = Buffer.from(`${mark}group_name\na\n`, 'utf16le')
      const message = 'the text is in UTF-16, and must be in UTF-8: save it as "CSV UTF-8"'
      return [
        [`UTF-16, little end first${mark && ', marked'}`, Buffer.from(text), message],
        [`UTF-16, big end first${mark && ', marked'}`, Buffer.from(text).swap16(), message],
      ]
    }),
    [
      'a quote that is not closed',
      'group_name\na\n"b\nc\n',
      'line 3: a value begins with a quote that is not closed',
    ],
    [
      'one in the header',
      '"group_name\na\n',
      'line 1: a value begins with a quote that is not closed',
    ],
    [
      'a row that is too long',
      `group_name\na\n${tooLong}x\nb\n${tooLong}x`,
      'line 3: the row is longer than 1 MiB; is a quote not closed?',
    ],
  ]
  for (const [name, csv, message] of cases) {
    t.test(name, async (t) => t.rejects(read(csv), refused(`The file is not CSV: ${message}`)))
  }
  t.test('but every character of UTF-8, wherever a block ends', async (t) => {
    for (const shift of ['', 'x', 'xx', 'xxx']) {
      const lines = `${shift}${wide.slice(0, 40_000)}`.match(/.{1,500}/gsu) ?? []
      const csv = `group_name,group_description\n${lines.map((line, i) => `${i},${line}`).join('\n')}`
      t.match(await read(csv), { rows: lines.length, refused: 0, messages: [] })
    }
  })
})

t.test('a file that is no rostering CSV is refused', async (t) => {
  const cases: [string, parts: (string | Uint8Array)[], message: string][] = [
    ['an empty stream', [], 'The file is empty'],
    ['an empty file', [''], 'The file is empty'],
    ['blank lines only', ['\n\r\n\n'], 'The file is empty'],
    [
      'other columns',
      ['nombre_usuario,nombre\na,b\n'],
      'The file is not a rostering CSV: none of its columns is known',
    ],
    [
      'another separator',
      ['group_name;group_active\na;TRUE\n'],
      'The file is not a rostering CSV: its values are separated by semicolons: save it with commas between the values',
    ],
    [
      'a spreadsheet',
      [Buffer.from('PK\x03\x04\x14\x00')],
      'The file is not CSV: it is a ZIP archive, as .xlsx and .ods files are: export the sheet as CSV, or name the archive .zip',
    ],
    ['a picture', [Buffer.from('\x89PNG\r\n', 'latin1')], 'The file is not CSV: it is a PNG image'],
    ['a document', ['%PDF-1.7'], 'The file is not CSV: it is a PDF document'],
    ['binary data', ['group_name\na\0\n'], 'The file is not CSV: it holds binary data'],
    [
      'binary data far down',
      ['group_name\na\n', '\n'.repeat(100_000), '\0', '\n'.repeat(100_000)],
      'The file is not CSV: it holds binary data',
    ],
  ]
  for (const [name, parts, message] of cases) {
    t.test(name, async (t) => t.rejects(read(...parts), { code: 'upload-refused', message }))
  }
})

t.test('messages and result file are bounded', async (t) => {
  const csv = `group_name,group_active\n${'a\n'.repeat(1000)}${'b,\n'}`
  const { messages, rows, refused } = await read(csv)
  t.strictSame({ rows, refused, count: messages.length }, { rows: 1001, refused: 1000, count: 101 })
  t.equal(messages[99], 'Line 101: has 1 value where the header has 2 columns')
  t.equal(messages[100], '… and 900 more')

  const columns = Array.from(
    { length: 900 },
    (_, index) => `user_metadata_${'k'.repeat(30)}${index}`,
  )
  const wide = await read(
    `user_username,user_active,${columns}\nj,${'n'.repeat(9_000)},${columns.map(() => 'x'.repeat(70_000)).slice(0, 14)}${','.repeat(886)}\n`,
  )
  t.equal(wide.messages[0]?.length, 1001, 'one message is cut, too')

  const names = Array.from({ length: 50_000 }, (_, index) => `g${index}`)
  const text = `group_name\n${names.join('\n')}`
  const whole = (await readRoster(inParts(text))).file as Buffer
  for (const [maxResultBytes, length] of [
    [whole.length, whole.length],
    [whole.length - 1, undefined],
    [100, undefined],
  ] as const) {
    const { file, rows } = await readRoster(inParts(text), { maxResultBytes })
    t.equal(rows, 50_000)
    t.equal(file?.length, length, `of ${maxResultBytes}`)
  }
})

t.test('switches decide what is refused', async (t) => {
  const set = (service: Partial<Service>) => ({ service: { ...defaultService, ...service } })
  const ragged = 'group_name,group_active\na,\nb\n'
  await t.rejects(
    readRoster(inParts(ragged), set({ raggedRows: 'refuse' })),
    refused('Line 3 has 1 value where the header has 2 columns', 'ragged-rows-refuse'),
  )
  await t.rejects(
    readRoster(inParts('group_name\na\n\nb\nc\n'), set({ maxRecords: 2 })),
    refused('The file has more than 2 records', 'max-records'),
  )
  const { rows } = await readRoster(inParts('group_name\na\n\n,\nb\n'), set({ maxRecords: 2 }))
  t.equal(rows, 2, 'blank rows do not count')
})

t.test('it does not matter how the bytes arrive', async (t) => {
  const csv = Buffer.from(
    `\uFEFFuser_username,user_name,user_externalId\r\njü€😀,"a\r\nb",{"google": "1"}\r\n\r\n,"x ""y""",\n${'z,"a\n",\r'.repeat(3)}`,
  )
  const expected = await read(csv)
  const cuts = fc.array(fc.nat(csv.length), { maxLength: 20 })
  await fc.assert(
    fc.asyncProperty(cuts, async (places) => {
      const ends = [...places.toSorted((a, b) => a - b), csv.length]
      const parts = ends.map((end, index) => csv.subarray(ends[index - 1] ?? 0, end))
      t.strictSame(await read(...parts), expected)
    }),
  )
})

t.test('a strict reader finds the trimmed values in the result file', async (t) => {
  const value = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 8 }),
    fc
      .array(fc.constantFrom('"', ',', '\n', '\r\n', '\r', ' ', '\t', 'x', '=', '\u2028', '\u00a0'))
      .map((parts) => parts.join('')),
  )
  const csvQuoted = (text: string) => `"${text.replaceAll('"', '""')}"`
  const rows = fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 5 })
  await fc.assert(
    fc.asyncProperty(rows, async (rows) => {
      const lines = rows.map((values, row) => [`g${row}`, ...values].map(csvQuoted).join())
      const { file, messages } = await read(
        `group_name,group_description,class\n${lines.join('\n')}`,
      )
      t.strictSame(messages, [])
      const found = parse(file as string, { relax_column_count: false, record_delimiter: '\n' })
      t.strictSame(
        found.slice(1),
        rows.map((values, row) => [
          `g${row}`,
          ...values.map((text) => text.replace(/^[ \t-\r]+|[ \t-\r]+$/g, '')),
          'processed',
          '',
          '',
          '',
        ]),
      )
    }),
  )
})
