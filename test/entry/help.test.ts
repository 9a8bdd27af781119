import t from 'tap'
import { parseCommandLine } from '../../src/command-line.js'
import { commandNames, specOf } from '../../src/command-specs.js'
import { commandTable } from '../../src/help.js'
import { optionSpecs } from '../../src/option-specs.js'
import { runHere } from '../cli-support.js'

t.test('each command has its help, which fits in 80 columns', async (t) => {
  for (const name of [undefined, ...commandNames]) {
    const words = name === undefined ? ['help'] : ['help', name]
    const { code, out, err } = await runHere(words)
    t.strictSame([code, err], [0, ''], words.join(' '))
    for (const line of out.split('\n')) t.ok(line.length <= 80, `${words.join(' ')}: ${line}`)
    if (name === undefined) continue
    t.equal((await runHere([name, '--help'])).out, out, `${name} --help`)
    t.equal((await runHere([name, '-h'])).out, out, `${name} -h`)
    t.match(out, new RegExp(`^Usage: tao-upload-emulator ${name}\\b`))
    t.match(out, /\nExamples:\n\n {2}tao-upload-emulator /)
  }
})

t.test('the help of a command names its flags, and the options that it reads', async (t) => {
  const { out } = await runHere(['logs', '--help'])
  t.match(out, /^ {2}-f, --follow\n {6}goes on with each further request$/m)
  t.match(out, /^ {2}--port NUMBER +PORT$/m)
  t.match((await runHere(['help', 'exec'])).out, /It takes the flags of serve, too/)
  const { out: all } = await runHere(['help', 'serve'])
  for (const { flag, environment } of Object.values(optionSpecs)) {
    t.match(all, new RegExp(`^ {2}${flag}\\b.* ${environment}$`, 'm'))
  }
})

t.test('each example can be read', async (t) => {
  for (const name of commandNames) {
    for (const example of specOf(name).examples) {
      t.equal(parseCommandLine(example.split(' ')).command, name, example)
    }
  }
})

t.test('help for what is no command says what was meant', async (t) => {
  const cases: [args: string[], message: string][] = [
    [['help', 'exce'], 'exce: unknown command; did you mean exec?\n'],
    [['srve', '--help'], 'srve: unknown command; did you mean serve?\n'],
    [['help', 'xyzzy'], 'xyzzy: unknown command; see tao-upload-emulator help\n'],
  ]
  for (const [args, err] of cases) {
    t.strictSame(await runHere(args), { code: 2, out: '', err }, args.join(' '))
  }
})

t.test('the table of docs/cli.md has a row for each command', async (t) => {
  const rows = commandTable().trim().split('\n').slice(2)
  t.equal(rows.length, commandNames.length)
  t.match(
    rows[0],
    '| `tao-upload-emulator [serve]` | starts the emulator; the default command |  |',
  )
  t.match(commandTable(), '| `tao-upload-emulator why [ENTRY]` | [explains a response')
})
