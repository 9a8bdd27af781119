import { execFile, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { folderWithCommand } from './cli-support.js'
import { plainEnvironment } from './support.js'

const examples = new URL('../examples', import.meta.url).pathname

const succeeds = (program: string, ...args: string[]) =>
  spawnSync(program, args, { env: plainEnvironment }).status === 0

/** A python3 of a version manager may come first, and lack the packages of the system. */
const python = ['python3', '/usr/bin/python3'].find((it) => succeeds(it, '-c', 'import requests'))

const gopath = '/usr/share/gocode'
const junit = process.env.JUNIT_JAR ?? '/usr/share/java/junit-platform-console-standalone.jar'

interface Language {
  readonly folder: string
  /** What the language needs, and whether it is there. */
  readonly needs: Readonly<Record<string, boolean>>
  readonly passed: RegExp
  readonly environment?: Readonly<Record<string, string>>
}

const languages: Readonly<Record<string, Language>> = {
  Python: {
    folder: 'python',
    needs: { 'python3 with requests': python !== undefined },
    passed: /^Ran 2 tests in .*\n\nOK$/m,
    environment: { PYTHONDONTWRITEBYTECODE: '1' },
  },
  PHP: {
    folder: 'php',
    needs: {
      'php with curl': succeeds('php', '-r', 'exit(function_exists("curl_init") ? 0 : 1);'),
      phpunit: succeeds('phpunit', '--version'),
    },
    passed: /^OK \(2 tests, /m,
  },
  Java: {
    folder: 'java',
    needs: { javac: succeeds('javac', '-version'), junit5: existsSync(junit) },
    passed: /\[ +2 tests successful +\]\n\[ +0 tests failed +\]/,
  },
  Go: {
    folder: 'go',
    needs: {
      go: succeeds('go', 'version'),
      'golang.org/x/oauth2': existsSync(join(gopath, 'src/golang.org/x/oauth2')),
    },
    passed: /^--- PASS: TestRosterIs[\s\S]*^--- PASS: TestRosterWith[\s\S]*^ok /m,
    // The packages of Debian in place of modules, which Go would download; without a C compiler, which it may lack.
    environment: { GO111MODULE: 'off', GOPATH: gopath, GOFLAGS: '-count=1 -v', CGO_ENABLED: '0' },
  },
  Ruby: {
    folder: 'ruby',
    needs: { 'ruby with minitest': succeeds('ruby', '-e', 'require "minitest"') },
    passed: /^2 runs, \d+ assertions, 0 failures, 0 errors, 0 skips$/m,
  },
}

const page = readFileSync(join(examples, 'README.md'), 'utf8')
const commands = [...page.matchAll(/^\| ([\w#]+).* \| `(tao-upload-emulator .*)` \|$/gm)].map(
  ([, language = '', command = '']): [language: string, command: string] => [language, command],
)

t.test('the page lists each language that runs, and C#, which does not', async (t) => {
  t.strictSame(
    commands.map(([language]) => language),
    [...Object.keys(languages), 'C#'],
  )
  for (const file of ['RosterClient.cs', 'RosterTest.cs', 'Roster.csproj']) {
    t.match(readFileSync(join(examples, 'csharp', file), 'utf8'), /has not been compiled or run/)
  }
})

for (const [name, language] of Object.entries(languages)) {
  const missing = Object.keys(language.needs).filter((need) => !language.needs[need])
  const skip = missing.length > 0 && `${missing.join(' and ')} missing on this machine`
  t.test(`the example in ${name} runs`, { skip }, async (t) => {
    const { folder, path } = folderWithCommand(t)
    if (python?.startsWith('/')) symlinkSync(python, join(folder, 'python3'))
    const [, command = ''] = commands.find(([language]) => language === name) ?? []
    const { stdout, stderr } = await promisify(execFile)('sh', ['-c', command], {
      cwd: join(examples, language.folder),
      // A client that misses the end state polls for ever.
      timeout: 120_000,
      env: {
        ...plainEnvironment,
        ...language.environment,
        PATH: path,
        NO_COLOR: '1',
      },
    })
    t.match(stdout + stderr, language.passed)
  })
}
