import t from 'tap'
import type { Call } from '../../sandbox/calls.js'
import { commandOf, languages, secret } from '../../sandbox/commands.js'

const tokenArguments = ['--url', 'http://a', '--client', "it's"]

const shellToken = `token=$(tao-upload-emulator token --url 'http://a' --client 'it'\\''s')`
const powerToken = `$token = tao-upload-emulator token --url 'http://a' --client 'it''s'`
const scriptToken = [
  "const words = ['token', '--url', 'http://a', '--client', 'it\\'s']",
  "const token = execFileSync('tao-upload-emulator', words, { encoding: 'utf8' }).trim()",
]
const signedUrl = `sed 's/.*"signedUrl":"\\([^"]*\\)".*/\\1/'`
const printed = 'console.log(response.status, await response.text())'
const formType = "-ContentType 'application/x-www-form-urlencoded'"

type Lines = readonly string[]

/** The commands of a call: for curl, PowerShell and HTTPie, and the code with `fetch`. */
type Row = [name: string, call: Call, curl: Lines, power: Lines, http: Lines, code: Lines]

const rows: Row[] = [
  [
    'a poll',
    { method: 'GET', url: "http://a/it's", bearer: 'ey' },
    ["curl --include 'http://a/it'\\''s' \\", "  --header 'Authorization: Bearer ey'"],
    [
      "Invoke-WebRequest 'http://a/it''s' `",
      '  -Method GET -SkipHttpErrorCheck `',
      "  -Headers @{ Authorization = 'Bearer ey' }",
    ],
    ["http --ignore-stdin GET 'http://a/it'\\''s' \\", "  'Authorization:Bearer ey'"],
    [
      "const response = await fetch('http://a/it\\'s', {",
      "  headers: { authorization: 'Bearer ey' },",
      '})',
      printed,
    ],
  ],
  [
    'a request without options',
    { method: 'GET', url: 'http://a/' },
    ["curl --include 'http://a/'"],
    ["Invoke-WebRequest 'http://a/' `", '  -Method GET -SkipHttpErrorCheck'],
    ["http --ignore-stdin GET 'http://a/'"],
    ["const response = await fetch('http://a/')", printed],
  ],
  [
    'a poll that gets a token',
    { method: 'HEAD', url: 'http://a/{n}', tokenArguments },
    [
      shellToken,
      "curl --include --head --globoff 'http://a/{n}' \\",
      '  --header "Authorization: Bearer $token"',
    ],
    [
      powerToken,
      "Invoke-WebRequest 'http://a/{n}' `",
      '  -Method HEAD -SkipHttpErrorCheck `',
      '  -Headers @{ Authorization = "Bearer $token" }',
    ],
    [shellToken, "http --ignore-stdin HEAD 'http://a/{n}' \\", '  "Authorization:Bearer $token"'],
    [
      "import { execFileSync } from 'node:child_process'",
      '',
      ...scriptToken,
      "const response = await fetch('http://a/{n}', {",
      "  method: 'HEAD',",
      '  headers: { authorization: `Bearer $' + '{token}` },',
      '})',
      printed,
    ],
  ],
  [
    'another scheme and method',
    { method: 'DELETE', url: 'http://a/', authorization: "Digest \u2018x'" },
    [
      "curl --include --request DELETE 'http://a/' \\",
      "  --header 'Authorization: Digest \u2018x'\\'''",
    ],
    [
      "Invoke-WebRequest 'http://a/' `",
      '  -CustomMethod DELETE -SkipHttpErrorCheck `',
      "  -Headers @{ Authorization = 'Digest \u2018\u2018x''' } -SkipHeaderValidation",
    ],
    ["http --ignore-stdin DELETE 'http://a/' \\", "  'Authorization:Digest \u2018x'\\'''"],
    [
      "const response = await fetch('http://a/', {",
      "  method: 'DELETE',",
      "  headers: { authorization: 'Digest \u2018x\\'' },",
      '})',
      printed,
    ],
  ],
  [
    'a method that is a command',
    { method: "';$(x)", url: 'http://a/' },
    ["curl --include --request ''\\'';$(x)' 'http://a/'"],
    ["Invoke-WebRequest 'http://a/' `", "  -CustomMethod ''';$(x)' -SkipHttpErrorCheck"],
    ["http --ignore-stdin ''\\'';$(x)' 'http://a/'"],
    ["const response = await fetch('http://a/', {", "  method: '\\';$(x)',", '})', printed],
  ],
  [
    'a token request',
    {
      method: 'POST',
      url: 'http://a/tokens',
      fields: [
        ['grant_type', 'x y'],
        ['a@b:c;d=e\\', '=\\1'],
        ['client_secret', secret],
        ['--output', 'x'],
      ],
    },
    [
      "curl --include 'http://a/tokens' \\",
      "  --data-urlencode 'grant_type=x y' \\",
      "  --data-urlencode 'a%40b%3Ac%3Bd%3De%5C==\\1' \\",
      `  --data-urlencode 'client_secret='"$CLIENT_SECRET" \\`,
      "  --data-urlencode '--output=x'",
    ],
    [
      "Invoke-WebRequest 'http://a/tokens' `",
      '  -Method POST -SkipHttpErrorCheck `',
      `  ${formType} -Body ('grant_type=x%20y&a%40b%3Ac%3Bd%3De%5C=%3D%5C1&client_secret=' + [uri]::EscapeDataString($env:CLIENT_SECRET) + '&--output=x')`,
    ],
    [
      "http --ignore-stdin --form POST 'http://a/tokens' -- \\",
      "  'grant_type=x y' \\",
      "  'a\\@b\\:c\\;d\\=e\\\\=\\=\\\\1' \\",
      `  'client_secret='"$CLIENT_SECRET" \\`,
      "  '--output=x'",
    ],
    [
      "const response = await fetch('http://a/tokens', {",
      "  method: 'POST',",
      '  body: new URLSearchParams([',
      "    ['grant_type', 'x y'],",
      "    ['a@b:c;d=e\\\\', '=\\\\1'],",
      "    ['client_secret', process.env.CLIENT_SECRET],",
      "    ['--output', 'x'],",
      '  ]),',
      '})',
      printed,
    ],
  ],
  [
    'a token request by Basic',
    { method: 'POST', url: 'http://a/tokens', basic: ['a%40b', secret], fields: [['scope', '']] },
    [
      "curl --include 'http://a/tokens' \\",
      `  --user 'a%40b:'"$CLIENT_SECRET" \\`,
      "  --data-urlencode 'scope='",
    ],
    [
      "Invoke-WebRequest 'http://a/tokens' `",
      '  -Method POST -SkipHttpErrorCheck `',
      "  -Headers @{ Authorization = ('Basic ' + [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes('a%40b:' + $env:CLIENT_SECRET))) } `",
      `  ${formType} -Body ('scope=')`,
    ],
    [
      `http --ignore-stdin --form --auth 'a%40b:'"$CLIENT_SECRET" POST 'http://a/tokens' \\`,
      "  'scope='",
    ],
    [
      "const response = await fetch('http://a/tokens', {",
      "  method: 'POST',",
      '  headers: { authorization: `Basic $' +
        '{btoa(`a%40b:$' +
        '{process.env.CLIENT_SECRET}`)}` },',
      '  body: new URLSearchParams([',
      "    ['scope', ''],",
      '  ]),',
      '})',
      printed,
    ],
  ],
  [
    'a token request with a wrong secret',
    { method: 'POST', url: 'http://a/tokens', basic: ['me', 'wrong'], fields: [['scope', '@x']] },
    [
      "curl --include 'http://a/tokens' \\",
      "  --user 'me:wrong' \\",
      "  --data-urlencode 'scope=@x'",
    ],
    [
      "Invoke-WebRequest 'http://a/tokens' `",
      '  -Method POST -SkipHttpErrorCheck `',
      "  -Headers @{ Authorization = ('Basic ' + [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes('me:wrong'))) } `",
      `  ${formType} -Body ('scope=%40x')`,
    ],
    ["http --ignore-stdin --form --auth 'me:wrong' POST 'http://a/tokens' \\", "  'scope=\\@x'"],
    [
      "const response = await fetch('http://a/tokens', {",
      "  method: 'POST',",
      '  headers: { authorization: `Basic $' + '{btoa(`me:wrong`)}` },',
      '  body: new URLSearchParams([',
      "    ['scope', '@x'],",
      '  ]),',
      '})',
      printed,
    ],
  ],
  [
    'an upload',
    { method: 'POST', url: 'http://a/upload', bearer: 'ey', fileName: `a"'b.csv` },
    [
      "curl --include 'http://a/upload' \\",
      "  --header 'Authorization: Bearer ey' \\",
      `  --form 'file=@"a\\"'\\''b.csv"'`,
    ],
    [
      "Invoke-WebRequest 'http://a/upload' `",
      '  -Method POST -SkipHttpErrorCheck `',
      "  -Headers @{ Authorization = 'Bearer ey' } `",
      `  -Form @{ file = Get-Item 'a"''b.csv' }`,
    ],
    [
      "http --ignore-stdin --multipart POST 'http://a/upload' \\",
      "  'Authorization:Bearer ey' \\",
      `  'file@a"'\\''b.csv'`,
    ],
    [
      "import { openAsBlob } from 'node:fs'",
      '',
      'const form = new FormData()',
      `form.append('file', await openAsBlob('a"\\'b.csv'), 'a"\\'b.csv')`,
      "const response = await fetch('http://a/upload', {",
      "  method: 'POST',",
      "  headers: { authorization: 'Bearer ey' },",
      '  body: form,',
      '})',
      printed,
    ],
  ],
  [
    'a result file',
    { method: 'GET', url: 'http://a/result', signedBy: 'http://a/download', tokenArguments },
    [
      shellToken,
      `url=$(curl --silent 'http://a/download' --header "Authorization: Bearer $token" | ${signedUrl})`,
      'curl --include "$url"',
    ],
    [
      powerToken,
      `$url = (Invoke-RestMethod 'http://a/download' -Headers @{ Authorization = "Bearer $token" }).signedUrl`,
      'Invoke-WebRequest $url `',
      '  -Method GET -SkipHttpErrorCheck',
    ],
    [
      shellToken,
      `url=$(http --ignore-stdin --body 'http://a/download' "Authorization:Bearer $token" | ${signedUrl})`,
      'http --ignore-stdin GET "$url"',
    ],
    [
      "import { execFileSync } from 'node:child_process'",
      '',
      ...scriptToken,
      "const link = await fetch('http://a/download', {",
      '  headers: { authorization: `Bearer $' + '{token}` },',
      '})',
      'const { signedUrl } = await link.json()',
      'const response = await fetch(signedUrl)',
      printed,
    ],
  ],
]

t.test('a call is written in each language', async (t) => {
  for (const [name, call, curl, power, http, code] of rows) {
    const expected = { curl, PowerShell: power, fetch: code, HTTPie: http }
    for (const language of languages) {
      t.equal(commandOf(language, call), expected[language].join('\n'), `${name}: ${language}`)
    }
  }
})
