import t from 'tap'
import {
  type BadHeader,
  describeUnchecked,
  detectKind,
  type Header,
  readHeader,
} from '../../src/domain/roster/header.js'
import { createRowCheck } from '../../src/domain/roster/row-check.js'
import type { RosterKind } from '../../src/domain/roster/templates.js'

/** The headers that the documentation prints, but for the one that has a column twice. */
const printed: readonly [kind: RosterKind, header: string][] = [
  [
    'users',
    'user_username,user_name,user_password,user_email,user_language,user_active,user_role,user_organizationId,user_externalId,user_metadata_<KEY>',
  ],
  ['groups', 'group_name,group_description,group_active,group_organizationId,group_metadata_<KEY>'],
  [
    'link-new-user-to-groups',
    'user_username,user_name,user_password,user_email,user_language,user_active,group_role,group_name,user_organizationId',
  ],
  ['link-existing-user-to-groups', 'user_username,group_name,group_role'],
  [
    'sessions-with-delivery-in-new-groups',
    'session_deliveryId,group_name,group_description,group_active,session_name,session_timezone,session_startDate,session_endDate,session_submissionDate,session_waitingPageDate,session_securitySettings,session_reviewSettings,session_testRunnerAccessibilityPlugins,session_testRunnerSessionPlugins,session_reportSettings,session_readAloud,group_organizationId',
  ],
  [
    'sessions-with-delivery-in-existing-groups',
    'session_batteryId,group_name,session_name,session_timezone,session_startDate,session_endDate',
  ],
  [
    'organizations',
    'hierarchy_organizationId,hierarchy_organizationName,hierarchy_organizationDescription,hierarchy_parentOrganizationId',
  ],
]

t.test('the columns decide the template, in any order', async (t) => {
  for (const [kind, header] of printed) {
    t.test(kind, async (t) => {
      const columns = header.split(',')
      t.equal(detectKind(columns), kind)
      t.equal(detectKind(columns.toReversed()), kind)
      t.strictSame(readHeader(columns), { kind, columns, surplus: undefined })
    })
  }
})

t.test('a header', async (t) => {
  const bad = (kind: RosterKind | null, ...mistakes: string[]) => ({ kind, mistakes })
  const cases: [string, header: string, expected: Header | BadHeader][] = [
    [
      'has the spaces around names taken away',
      ' group_name , group_active',
      { kind: 'groups', columns: ['group_name', 'group_active'], surplus: undefined },
    ],
    [
      'has session_waitingPageDate twice, as the documentation prints it: the second is no column',
      'session_deliveryId,group_name,session_name,session_waitingPageDate,session_endDate,session_waitingPageDate',
      {
        kind: 'sessions-with-delivery-in-existing-groups',
        columns: [
          'session_deliveryId',
          'group_name',
          'session_name',
          'session_waitingPageDate',
          'session_endDate',
        ],
        surplus: 5,
      },
    ],
    [
      'with no known column is of no rostering file',
      'nombre_usuario,nombre',
      bad(null, 'none of its columns is known'),
    ],
    [
      'with another separator is told so',
      'user_username;user_name',
      bad(null, 'its values are separated by semicolons: save it with commas between the values'),
    ],
    [
      'with tabs',
      'user_username\tuser_name',
      bad(null, 'its values are separated by tabs: save it with commas between the values'),
    ],
    [
      'with semicolons, where a name holds a comma',
      '"User_Username";"user_metadata_a,b";user_name',
      bad(null, 'its values are separated by semicolons: save it with commas between the values'),
    ],
    [
      'with vertical bars',
      'group_name|group_active',
      bad(
        null,
        'its values are separated by vertical bars: save it with commas between the values',
      ),
    ],
    [
      'with a no-break space behind a name',
      'group_active,group_name\u00a0',
      bad(
        'groups',
        'mandatory column group_name is missing; did you mean group_name where the header has "group_name\\u00a0" (U+00A0 NO-BREAK SPACE)?',
      ),
    ],
    [
      'with a letter that looks like another',
      'gr\u043eup_name',
      bad(
        null,
        'none of its columns is known: write group_name in place of "gr\\u043eup_name" (U+043E, a Cyrillic letter that looks like "o")',
      ),
    ],
    [
      'with the line that Excel asks for',
      'sep=;',
      bad(null, 'its first line is "sep=;", which is for Excel alone: remove it'),
    ],
    [
      'all in capitals',
      'GROUP_NAME,GROUP_ACTIVE',
      bad(null, 'none of its columns is known: write group_name in place of "GROUP_NAME"'),
    ],
    [
      'with characters that nobody sees',
      'group_name\u200b',
      bad(
        null,
        'none of its columns is known: write group_name in place of "group_name\\u200b" (U+200B ZERO WIDTH SPACE)',
      ),
    ],
    [
      'with a control character in a mandatory column',
      'group_active,group_n\u2028ame',
      bad(
        'groups',
        'mandatory column group_name is missing; did you mean group_name where the header has "group_n\\u2028ame" (U+2028 LINE SEPARATOR)?',
      ),
    ],
    [
      'has a misspelt column, which is missing',
      'user_usernam,user_name',
      bad(
        'users',
        'mandatory column user_username is missing; did you mean user_username where the header has "user_usernam"?',
      ),
    ],
    [
      'has a mandatory column in capitals',
      'USER_USERNAME,user_name',
      bad(
        'users',
        'mandatory column user_username is missing; did you mean user_username where the header has "USER_USERNAME"?',
      ),
    ],
    [
      'has unknown columns, also twice or without a name: they are handed through',
      'group_name,Köln "x",a,a,,',
      { kind: 'groups', columns: ['group_name', 'Köln "x"', 'a', 'a', '', ''], surplus: undefined },
    ],
    [
      'has a column twice',
      'group_name,group_active,group_name',
      bad('groups', 'column "group_name" is repeated'),
    ],
    [
      'lacks mandatory columns',
      'group_role,user_username',
      bad('link-existing-user-to-groups', 'mandatory column group_name is missing'),
    ],
    [
      'has columns of another template, which are handed through',
      'user_username,group_name,group_role,user_role,group_metadata_,constructor',
      {
        kind: 'link-existing-user-to-groups',
        columns: [
          'user_username',
          'group_name',
          'group_role',
          'user_role',
          'group_metadata_',
          'constructor',
        ],
        surplus: undefined,
      },
    ],
    [
      'has too many columns',
      `group_name${',x'.repeat(1000)}`,
      bad('groups', 'the file has more than 1000 columns'),
    ],
    [
      'has very many columns, of which nobody looks at each',
      `group_name${',x'.repeat(300_000)}`,
      bad('groups', 'the file has more than 1000 columns'),
    ],
  ]
  for (const [name, header, expected] of cases) {
    t.test(name, async (t) => t.strictSame(readHeader(header.split(',')), expected))
  }
})

t.test('the columns that no rule checks are described', async (t) => {
  const cases: [string, header: string, expected: string | undefined][] = [
    ['none', 'group_name,group_metadata_level', undefined],
    [
      'one near to a known one',
      'group_name,group_activ',
      'not checked: "group_activ", did you mean group_active?',
    ],
    [
      'one with a character that nobody sees',
      'group_name,group_active\u200b',
      'not checked: "group_active\\u200b" (U+200B ZERO WIDTH SPACE), did you mean group_active?',
    ],
    ['many', 'group_name,1,2,3,4,5,6,7', 'not checked: "1"; "2"; "3"; "4"; "5"; and 2 more'],
    [
      'one of another template',
      'user_username,group_name,group_role,user_role',
      'not checked: "user_role"',
    ],
  ]
  for (const [name, header, expected] of cases) {
    t.test(name, async (t) => {
      t.equal(describeUnchecked(readHeader(header.split(',')) as Header), expected)
    })
  }
})

t.test('a header of 30,000 unknown columns is read without comparing each of them', async (t) => {
  const unknown = Array.from({ length: 30_000 }, (_, index) => `user_unknown_column_${index}`)
  const cases: [string, columns: string[], kind: RosterKind | null][] = [
    ['alone', unknown, null],
    ['beside a known one', ['group_name', ...unknown], 'groups'],
  ]
  for (const [name, columns, kind] of cases) t.match(readHeader(columns), { kind }, name)
})

/** The mistakes in rows, of which the first stands on line 2: none, or one text. */
function findingsIn(columns: string, rows: readonly (readonly string[])[]): string[][] {
  const header = readHeader(columns.split(',')) as Header
  const check = createRowCheck(header)
  return rows.map((row, index) => [check(row, index + 2).mistake ?? []].flat())
}

t.test('a value', async (t) => {
  const session = 'session_deliveryId,group_name,session_name'
  const link = 'user_username,group_name'
  const mandatory: Record<string, readonly string[]> = {
    user_username: ['jmeyer'],
    group_name: ['Algebra'],
    [session]: ['d', 'g', 's'],
    [link]: ['jmeyer', 'Algebra'],
    'group_name,group_role': ['Algebra', 'GRADER'],
    [`${link},user_name`]: ['jmeyer', 'Algebra', 'Jana'],
  }
  const passwordRule =
    'user_password must have at least 8 characters, with an upper-case letter, a lower-case letter and a special character'
  const notBoolean = (value: string) => `user_active must be TRUE or FALSE, not ${value}`
  const notDate = (value: string) =>
    `session_startDate must be a date and time in UTC, such as 2026-03-02T08:00:00Z, not ${value}`
  const noDay = (value: string) => `session_startDate must be a day of the calendar, not ${value}`
  const noZone = (value: string) =>
    `session_timezone must be an IANA time zone, such as Europe/Warsaw, not ${value}`
  const noJson = 'user_externalId must be a JSON object, such as {"google": "10293"}'
  const cases: [before: string, column: string, values: Record<string, string[]>][] = [
    [
      'user_username',
      'user_password',
      {
        'Winter!Sun': [],
        'Çedille-é': [],
        '1234 Aaa': [],
        '': ['user_password is mandatory'],
        'Wint!Su': [passwordRule],
        'winter!sun': [passwordRule],
        'WINTER!SUN': [passwordRule],
        WinterSun1: [passwordRule],
      },
    ],
    [
      `${link},user_name`,
      'group_role,user_password',
      {
        'TEST_TAKER,password': [],
        'TEST_TAKER,passwor': ['user_password must have at least 8 characters'],
        'TEST_TAKER,': ['user_password is mandatory'],
      },
    ],
    [
      'user_username',
      'user_email',
      {
        'jana@example.org': [],
        '': [],
        userEmail: ['user_email must be an e-mail address'],
        'a b@example.org': ['user_email must be an e-mail address'],
      },
    ],
    [
      'user_username',
      'user_active',
      {
        TRUE: [],
        FALSE: [],
        '': [],
        '1': [],
        '0': [],
        true: [],
        False: [],
        ' TRUE ': [],
        yes: [notBoolean('"yes"')],
        'TRUE\u200b': [notBoolean('"TRUE\\u200b" (U+200B ZERO WIDTH SPACE)')],
        ['x\n'.repeat(30)]: [notBoolean(JSON.stringify(`${'x\n'.repeat(20)}…`))],
      },
    ],
    [
      'user_username',
      'user_role',
      {
        '': [],
        ADMIN: [],
        'CONTENT_CREATOR|DATA_EXPLORER': [],
        'ADMIN|SUPORT': ['user_role has the unknown role "SUPORT"; did you mean SUPPORT?'],
        'ADMIN|': [
          'user_role has the unknown role ""; known are ADMIN, CONTENT_CREATOR, GROUP_CREATOR, PUBLIC_SESSION_MANAGER, BATTERY_MANAGER, SUPPORT, DATA_EXPLORER and SYSTEM_MANAGER',
        ],
      },
    ],
    [
      link,
      'group_role',
      {
        TEST_TAKER: [],
        PROCTOR: [],
        test_taker: ['group_role has the unknown role "test_taker"; did you mean TEST_TAKER?'],
        'TEST_TAKER|GRADER': [
          'group_role must be one role, such as TEST_TAKER, GRADER, GROUP_MANAGER, BOOKLET_PUBLISHER, SCAN_UPLOADER or DATA_EXPLORER',
        ],
        ' ': ['group_role is mandatory'],
      },
    ],
    [
      'user_username',
      'user_externalId',
      {
        '{"google": "10293"}': [],
        '{"google": "10293","ms": "7"}': [],
        '': [],
        '[1]': [noJson],
        null: [noJson],
        '{google: 1}': [noJson],
      },
    ],
    [
      session,
      'session_startDate',
      {
        '2023-01-01T12:00:00Z': [],
        '2024-1-31T12:00:00Z': [],
        '2022-12-1T12:00:00Z': [],
        '2023-01-01T11:00:00.000Z': [],
        '2024-02-29T23:59:59Z': [],
        '': [],
        '2023-02-29T12:00:00Z': [noDay('"2023-02-29T12:00:00Z"')],
        '2023-13-01T12:00:00Z': [noDay('"2023-13-01T12:00:00Z"')],
        '2023-01-01T24:00:00Z': [notDate('"2023-01-01T24:00:00Z"')],
        '2023-01-01T12:00:00+02:00': [notDate('"2023-01-01T12:00:00+02:00"')],
        '2023-01-01': [notDate('"2023-01-01"')],
      },
    ],
    [
      session,
      'session_timezone',
      {
        'Europe/Warsaw': [],
        UTC: [],
        'Asia/Calcutta': [],
        '': [],
        'Europe/Warsav': [noZone('"Europe/Warsav"')],
        '+02:00': [noZone('"+02:00"')],
      },
    ],
    [
      session,
      'session_paperMode_isEnabled',
      {
        '0': [],
        '': [],
        yes: ['session_paperMode_isEnabled must be TRUE or FALSE, not "yes"'],
        FALSE: [],
        '1': [
          'session_paperMode_sheetsPerInteraction is mandatory where session_paperMode_isEnabled is true',
        ],
      },
    ],
    [
      session,
      'session_paperMode_sheetsPerInteraction',
      {
        '1': [],
        '20': [],
        '0': ['session_paperMode_sheetsPerInteraction must be a whole number of at least 1'],
        '1.5': ['session_paperMode_sheetsPerInteraction must be a whole number of at least 1'],
      },
    ],
    [
      session,
      'session_paperMode_totalInteractions',
      { '0': [], '-1': ['session_paperMode_totalInteractions must be a whole number'] },
    ],
    [
      'group_name,group_role',
      'user_username',
      {
        jmeyer: [],
        ['ü'.repeat(127)]: [],
        [`${'ü'.repeat(127)}x`]: [],
        ['x'.repeat(255)]: [],
        [`${'€'.repeat(84)}xxx`]: [],
        [`${'€'.repeat(84)}xxxx`]: ['user_username has more than 255 bytes'],
        [`${'😀'.repeat(63)}xxx`]: [],
        ['😀'.repeat(64)]: ['user_username has more than 255 bytes'],
        'j\u00a0meyer': [
          'user_username must have no white space in it, as "j\\u00a0meyer" (U+00A0 NO-BREAK SPACE) has',
        ],
        [`${'ü'.repeat(127)}xx`]: ['user_username has more than 255 bytes'],
        'j meyer': ['user_username must have no white space in it, as "j meyer" has'],
      },
    ],
    [
      'user_username',
      'user_organizationId',
      {
        'school 7': [],
        ['x'.repeat(256)]: ['user_organizationId has more than 255 bytes'],
      },
    ],
    ['group_name', 'group_metadata_level', { 'any, or none': [], '': [] }],
  ]
  for (const [before, columns, values] of cases) {
    for (const [value, expected] of Object.entries(values)) {
      t.test(`${columns}: ${JSON.stringify(value.slice(0, 40))}`, async (t) => {
        const last = columns.includes(',') ? value.split(',') : [value]
        const row = [...(mandatory[before] as string[]), ...last]
        t.strictSame(findingsIn(`${before},${columns}`, [row]), [expected])
      })
    }
  }
})

t.test('a row', async (t) => {
  const columns = 'session_deliveryId,session_batteryId,group_name,session_name'
  const cases: [string, columns: string, rows: string[][], expected: string[][]][] = [
    [
      'has what its mandatory columns demand',
      'group_description,group_name',
      [
        ['', 'a'],
        ['x', ''],
        ['x', '  '],
      ],
      [[], ['group_name is mandatory'], ['group_name is mandatory']],
    ],
    [
      'has as many values as the header has columns',
      'group_name',
      [['a'], ['b', 'c']],
      [[], ['has 2 values where the header has 1 column']],
    ],
    [
      'has too few values',
      'group_name,group_active',
      [['a']],
      [['has 1 value where the header has 2 columns']],
    ],
    [
      'has no value longer than the limit',
      'group_name,group_description',
      [
        ['a', 'x'.repeat(65_536)],
        ['b', 'x'.repeat(65_537)],
      ],
      [[], ['group_description has more than 65536 characters']],
    ],
    [
      'has either a delivery or a battery',
      columns,
      [
        ['d', '', 'g', 's1'],
        ['', 'b', 'g', 's2'],
        ['d', 'b', 'g', 's3'],
        ['', ' ', 'g', 's4'],
      ],
      [
        [],
        [],
        ['only one of session_deliveryId and session_batteryId can be filled in'],
        ['session_deliveryId or session_batteryId is mandatory'],
      ],
    ],
    [
      'has a session name that no row before has',
      columns,
      [
        ['d', '', 'g', 's'],
        ['d', '', 'h', 's'],
      ],
      [[], ['session_name "s" is on line 2 already']],
    ],
    [
      'has a user, a group and a role that no row before has together',
      'user_username,group_name,group_role',
      [
        ['u', 'g', 'GRADER'],
        ['u', 'g', 'TEST_TAKER'],
        ['u', 'h', 'GRADER'],
        ['u', 'g', 'GRADER'],
      ],
      [[], [], [], ['user_username "u", group_name "g", group_role "GRADER" is on line 2 already']],
    ],
    [
      'of a paper session has its sheets and its file',
      'session_deliveryId,group_name,session_name,session_paperMode_isEnabled,session_paperMode_sheetsPerInteraction,session_paperMode_bookletFilename',
      [
        ['d', 'g', 's', '1', '2', 'school-math'],
        ['d', 'g', 't', '1', '2', ''],
      ],
      [
        [],
        [
          'session_paperMode_bookletFilename is mandatory where session_paperMode_isEnabled is true',
        ],
      ],
    ],
    [
      'has JSON without quotes around it, whose commas separate values',
      'user_username,user_externalId,user_name',
      [
        ['u', '{"google": "1"', '"ms": "2"}', 'Jana'],
        ['v', '{"google": "1"', '"ms": "2"', 'Jana'],
      ],
      [[], ['has 4 values where the header has 3 columns']],
    ],
    [
      'has a value, or none, for a column that is printed twice',
      'session_deliveryId,group_name,session_name,session_waitingPageDate,session_waitingPageDate,session_readAloud',
      [
        ['d', 'g', 's', '2023-01-01T12:00:00Z', 'content-based'],
        ['d', 'g', 't', '2023-01-01T12:00:00Z', '2023-01-01T12:00:00Z', 'content-based'],
        ['d', 'g', 'u', '2023-01-01T12:00:00Z'],
      ],
      [[], [], ['has 4 values where the header has 5 columns']],
    ],
    [
      'has an organization that is no parent of itself',
      'hierarchy_organizationId,hierarchy_organizationName,hierarchy_parentOrganizationId',
      [
        ['a', 'A', 'b'],
        ['b', 'B', 'c'],
        ['c', 'C', 'a'],
        ['d', 'D', 'd'],
        ['', 'E', 'd'],
        ['', 'F', 'd'],
        ['a', 'A', 'root'],
      ],
      [
        [],
        [],
        ['hierarchy_parentOrganizationId makes "c" a parent of itself'],
        ['hierarchy_parentOrganizationId makes "d" a parent of itself'],
        [],
        [],
        ['hierarchy_organizationId "a" is on line 2 already'],
      ],
    ],
  ]
  for (const [name, columns, rows, expected] of cases) {
    t.test(name, async (t) => t.strictSame(findingsIn(columns, rows), expected))
  }
})

t.test('an organization has at most 15 levels of parents', async (t) => {
  const rows = Array.from({ length: 17 }, (_, level) => [
    `unit-${level + 1}`,
    'Unit',
    level === 0 ? 'root' : `unit-${level}`,
  ])
  const columns =
    'hierarchy_organizationId,hierarchy_organizationName,hierarchy_parentOrganizationId'
  t.strictSame(findingsIn(columns, rows), [
    ...Array.from({ length: 15 }, () => []),
    ['hierarchy_parentOrganizationId gives more than 15 levels of parents'],
    ['hierarchy_parentOrganizationId gives more than 15 levels of parents'],
  ])
})

t.test('time zones are told apart, however many there are', async (t) => {
  const rows = Array.from({ length: 2000 }, (_, index) => ['d', 'g', `s${index}`, `Zone/${index}`])
  const columns = 'session_deliveryId,group_name,session_name,session_timezone'
  const found = findingsIn(columns, [...rows, ['d', 'g', 's', 'Zone/1999'], ['d', 'g', 't', 'UTC']])
  t.equal(found.filter(({ length }) => length === 1).length, 2001)
  t.strictSame(found.at(-1), [])
})

t.test('a name is found again among many', async (t) => {
  const rows = Array.from({ length: 20_000 }, (_, index) => [`group-${index % 15_000}`])
  const found = findingsIn('group_name', rows)
  t.strictSame(
    found,
    rows.map(([name], index) =>
      index < 15_000 ? [] : [`group_name "${name}" is on line ${index - 15_000 + 2} already`],
    ),
  )
})
