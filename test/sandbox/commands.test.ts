import t from 'tap'
import type { Call } from '../../sandbox/calls.js'
import { commandOf, type Language } from '../../sandbox/commands.js'

const status: Call = { method: 'GET', url: "http://a/it's", bearer: 'ey' }
const token: Call = { method: 'POST', url: 'http://a/tokens', fields: { grant_type: 'x y' } }
const upload: Call = { method: 'POST', url: 'http://a/upload', bearer: 'ey', fileName: 'users.csv' }

t.test('a call is written as a command', async (t) => {
  const cases: [name: string, language: Language, call: Call, lines: string[]][] = [
    [
      'a poll with curl',
      'curl',
      status,
      ["curl --include 'http://a/it'\\''s'", "  --header 'Authorization: Bearer ey'"],
    ],
    [
      'a token request with curl',
      'curl',
      token,
      ["curl --include 'http://a/tokens'", "  --form-string 'grant_type=x y'"],
    ],
    [
      'an upload with curl',
      'curl',
      upload,
      [
        "curl --include 'http://a/upload'",
        "  --header 'Authorization: Bearer ey'",
        `  --form 'file=@"users.csv"'`,
      ],
    ],
    [
      'a poll with HTTPie',
      'HTTPie',
      status,
      ["http GET 'http://a/it'\\''s'", "  'Authorization:Bearer ey'"],
    ],
    [
      'a token request with HTTPie',
      'HTTPie',
      token,
      ["http --form POST 'http://a/tokens'", "  'grant_type=x y'"],
    ],
    [
      'an upload with HTTPie',
      'HTTPie',
      upload,
      [
        "http --multipart POST 'http://a/upload'",
        "  'Authorization:Bearer ey'",
        "  'file@users.csv'",
      ],
    ],
  ]
  for (const [name, language, call, lines] of cases) {
    t.equal(commandOf(language, call), lines.join(' \\\n'), name)
  }
})

t.test('a call is written as code', async (t) => {
  const cases: [name: string, call: Call, lines: string[]][] = [
    [
      'without options',
      { method: 'GET', url: 'http://a/' },
      ["const response = await fetch('http://a/')"],
    ],
    [
      'a poll',
      status,
      [
        "const response = await fetch('http://a/it\\'s', {",
        "  headers: { authorization: 'Bearer ey' },",
        '})',
      ],
    ],
    [
      'a token request',
      token,
      [
        "const response = await fetch('http://a/tokens', {",
        "  method: 'POST',",
        '  body: new URLSearchParams({',
        "    grant_type: 'x y',",
        '  }),',
        '})',
      ],
    ],
    [
      'an upload',
      upload,
      [
        "import { openAsBlob } from 'node:fs'",
        '',
        'const form = new FormData()',
        "form.append('file', await openAsBlob('users.csv'), 'users.csv')",
        "const response = await fetch('http://a/upload', {",
        "  method: 'POST',",
        "  headers: { authorization: 'Bearer ey' },",
        '  body: form,',
        '})',
      ],
    ],
  ]
  const last = 'console.log(response.status, await response.text())'
  for (const [name, call, lines] of cases) {
    t.equal(commandOf('fetch', call), [...lines, last].join('\n'), name)
  }
})
