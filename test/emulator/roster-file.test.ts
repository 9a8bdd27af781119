import { createReadStream, readdirSync } from 'node:fs'
import fc from 'fast-check'
import t from 'tap'
import { VendorError } from '../../src/domain/errors.js'
import { blockSize } from '../../src/emulator/blocks.js'
import { type RosterOutcome, readRoster } from '../../src/emulator/roster-file.js'

async function* inParts(...parts: readonly (string | Uint8Array)[]) {
  for (const part of parts) yield Buffer.from(part)
}

/** An outcome with its report as one text. */
function readable({ report, ...outcome }: RosterOutcome) {
  return { ...outcome, report: Buffer.concat(report).toString() }
}

const read = async (...parts: (string | Uint8Array)[]) =>
  readable(await readRoster(inParts(...parts)))

const header = 'line,status,message\n'

function outcome(
  kind: RosterOutcome['kind'],
  imported: number,
  messages: readonly string[],
  report: string,
  rows = imported + messages.length,
) {
  const text = header + report
  return { kind, rows, imported, messages, report: text, reportBytes: Buffer.byteLength(text) }
}

const refused = (message: string) =>
  new VendorError('upload-refused', { code: 'upload-refused', message })

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
      t.strictSame(await read(csv), outcome(kind, 1, [], '2,imported,\n'))
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
      'Line 4: session_paperMode_bookletFilename is mandatory where session_paperMode_isEnabled is 1; session_name "Essay on paper" is on line 3 already',
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
  for (const file of readdirSync(folder)) {
    t.test(file, async (t) => {
      const { kind, rows, imported, messages } = await readRoster(createReadStream(folder + file))
      t.strictSame(messages, file.endsWith('-wrong.csv') ? wrong[file] : [])
      t.equal(imported, rows - messages.length)
      t.equal(kind, file.replace('battery', 'delivery').replace(/(-wrong)?\.csv$/, ''))
    })
  }
})

t.test('CSV as people write it', async (t) => {
  const tooLong = 'x'.repeat(2 ** 20 + 1)
  const cases: [string, csv: string | Uint8Array, expected: object][] = [
    ['has a byte order mark', '\uFEFFgroup_name\na\n', outcome('groups', 1, [], '2,imported,\n')],
    [
      'has \\r\\n, \\n and \\r, quoted newlines and blank lines; a row is on the line where it starts',
      'group_name,group_description\r\na,"1\r\n2\r\n3"\r\n\r\n\nb,"1\n2"\nc,\rd,"\r"\r,"x"\n"",y',
      outcome(
        'groups',
        4,
        ['Line 12: group_name is mandatory', 'Line 13: group_name is mandatory'],
        '2,imported,\n7,imported,\n9,imported,\n10,imported,\n12,failed,group_name is mandatory\n13,failed,group_name is mandatory\n',
      ),
    ],
    [
      'has a header below blank lines, and no row below it',
      '\n\ngroup_name\n\n',
      outcome(
        'groups',
        0,
        ['Line 3: there is no row below the header'],
        '3,failed,there is no row below the header\n',
        0,
      ),
    ],
    [
      'has quotes within values',
      'group_name,group_description\nthe "a",say ""a""\n"b" c,"d ""e"" f"\n',
      outcome('groups', 2, [], '2,imported,\n3,imported,\n'),
    ],
    [
      'has a quote that is not closed',
      'group_name\na\n"b\nc\n',
      outcome(
        'groups',
        1,
        ['Line 3: a value begins with a quote that is not closed'],
        '2,imported,\n3,failed,a value begins with a quote that is not closed\n',
      ),
    ],
    [
      'has a quote that is not closed in its header',
      '"group_name\na\n',
      outcome(
        null,
        0,
        ['Line 1: a value begins with a quote that is not closed'],
        '1,failed,a value begins with a quote that is not closed\n',
        0,
      ),
    ],
    [
      'has a value that is too long, and rows after it',
      `group_name\n${'x'.repeat(70_000)}\nb\n`,
      outcome(
        'groups',
        1,
        ['Line 2: group_name has more than 65536 characters'],
        '2,failed,group_name has more than 65536 characters\n3,imported,\n',
      ),
    ],
    [
      'has a row that is too long, after which nothing is read',
      `group_name\na\n${tooLong}x\nb\n${tooLong}x`,
      outcome(
        'groups',
        1,
        [
          'Line 3: the row is longer than 1 MiB, so that it and what follows was not read; is a quote not closed?',
        ],
        '2,imported,\n3,failed,"the row is longer than 1 MiB, so that it and what follows was not read; is a quote not closed?"\n',
      ),
    ],
    [
      'has a header that will not do: the rows are not looked at',
      `group_nam,group_active,group_active\n${'a,b,c\n'.repeat(20_000)}`,
      outcome(
        'groups',
        0,
        [
          'Line 1: unknown column group_nam; did you mean group_name?',
          'Line 1: column group_active is there twice',
        ],
        '1,failed,unknown column group_nam; did you mean group_name?\n1,failed,column group_active is there twice\n',
        0,
      ),
    ],
    [
      'has warnings, which do not keep a row out',
      'group_name,group_active\na,1\nb,no\n,0\n',
      outcome(
        'groups',
        1,
        ['Line 3: group_active must be TRUE or FALSE, not "no"', 'Line 4: group_name is mandatory'],
        '2,imported,warning: group_active 1 was taken for TRUE\n3,failed,"group_active must be TRUE or FALSE, not ""no"""\n4,failed,group_name is mandatory; warning: group_active 0 was taken for FALSE\n',
      ),
    ],
  ]
  for (const [name, csv, expected] of cases) {
    t.test(name, async (t) => t.strictSame(await read(csv), expected))
  }
})

t.test('another encoding than UTF-8 lets nothing in', async (t) => {
  const wide = 'ü€😀'.repeat(20_000)
  const cases: [string, csv: Uint8Array, line: number, message: string][] = [
    ['Latin-1', Buffer.from('group_name\na\r\nb\rf\xfcr\nc', 'latin1'), 4, 'the text is not UTF-8'],
    [
      'a character that ends early',
      Buffer.from('group_name\ng\xe2\x82', 'latin1'),
      2,
      'the text is not UTF-8',
    ],
    [
      'a byte that begins no character, far down',
      Buffer.concat([
        Buffer.from(`group_name\na\n${wide}\n`),
        Buffer.from([0x80, 0x80, 0x80, 0x80]),
      ]),
      4,
      'the text is not UTF-8',
    ],
    [
      'bytes that go on with a character that never began, at the end of a block',
      Buffer.concat([Buffer.alloc(blockSize - 6, '\n'), Buffer.alloc(20, 0x80)]),
      blockSize - 5,
      'the text is not UTF-8',
    ],
    [
      'UTF-16, little end first',
      Buffer.from('\uFEFFgroup_name\na\n', 'utf16le'),
      1,
      'the text is in UTF-16, and must be in UTF-8',
    ],
    [
      'UTF-16, big end first',
      Buffer.from('\uFEFFgroup_name\na\n', 'utf16le').swap16(),
      1,
      'the text is in UTF-16, and must be in UTF-8',
    ],
  ]
  for (const [name, csv, line, message] of cases) {
    t.test(name, async (t) => {
      const report = `${line},failed,${message.includes(',') ? `"${message}"` : message}\n`
      t.strictSame(await read(csv), outcome(null, 0, [`Line ${line}: ${message}`], report, 0))
    })
  }
  t.test('but every character of UTF-8, wherever a block ends', async (t) => {
    for (const shift of ['', 'x', 'xx', 'xxx']) {
      const lines = `${shift}${wide.slice(0, 40_000)}`.match(/.{1,500}/gsu) ?? []
      const csv = `group_name,group_description\n${lines.map((line, i) => `${i},${line}`).join('\n')}`
      const { rows, imported, messages } = await read(csv)
      t.strictSame(
        { rows, imported, messages },
        { rows: lines.length, imported: rows, messages: [] },
      )
    }
  })
})

t.test('what is no rostering CSV is refused', async (t) => {
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
      'The file is not a rostering CSV: none of its columns is known; the separator is a comma',
    ],
    [
      'a spreadsheet',
      [Buffer.from('PK\x03\x04\x14\x00')],
      'The file is not CSV: it is a ZIP archive, as .xlsx and .ods files are',
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
    t.test(name, async (t) => t.rejects(read(...parts), refused(message)))
  }
})

t.test('messages and report are bounded', async (t) => {
  const csv = `group_name,group_active\n${'a\n'.repeat(1000)}${'b,\n'}`
  const { messages, rows, imported } = await read(csv)
  t.strictSame({ rows, imported, count: messages.length }, { rows: 1001, imported: 1, count: 101 })
  t.equal(messages[99], 'Line 101: has 1 value where the header has 2 columns')
  t.equal(messages[100], '… and 900 more')

  const names = Array.from({ length: 50_000 }, (_, index) => `g${index}`)
  for (const maxReportBytes of [100, 1000, 65_536, 65_600, 100_000]) {
    const cut = readable(
      await readRoster(inParts(`group_name\n${names.join('\n')}`), { maxReportBytes }),
    )
    t.equal(cut.imported, 50_000)
    t.match(
      cut.report,
      /^(?:\d+,imported,\n)*,,the rows from here on are left out of this report\n$/m,
    )
    t.equal(cut.reportBytes, Buffer.byteLength(cut.report))
    t.ok(cut.reportBytes <= maxReportBytes, `${cut.reportBytes} bytes of ${maxReportBytes}`)
    t.ok(cut.reportBytes > maxReportBytes - 20, 'and not many fewer')
  }
})

t.test('it does not matter how the bytes arrive', async (t) => {
  const csv = Buffer.from(
    `\uFEFFuser_username,user_name,user_externalId\r\njü€😀,"a\r\nb",{"google": "1"}\r\n\r\n,"x ""y""",\n${'z,"a\n",\r'.repeat(3)}"`,
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
