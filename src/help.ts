import { type CommandName, commandNames, specOf } from './command-specs.js'
import { type OptionName, type OptionSpec, optionNames, optionSpecs } from './option-specs.js'

const program = 'tao-upload-emulator'

/** The width of the narrowest terminal that people use. */
const columns = 80

/** Returns the text of `help`. */
export function helpText(): string {
  const width = Math.max(...commandNames.map((name) => name.length))
  const rows = commandNames.map((name) => `  ${name.padEnd(width)}  ${specOf(name).summary}\n`)
  return [
    'An emulator of the TAO Advance rostering API.\n',
    `Usage: ${program} [COMMAND] [flags]\n`,
    `Commands:\n\n${rows.join('')}`,
    wrap(`${program} help COMMAND prints its flags and examples.`),
    optionList('Flags of serve', optionNames),
  ].join('\n')
}

/** Returns the help of one command: its usage, its flags, and examples. */
export function commandHelp(name: CommandName): string {
  const { operands, summary, about = '', flags = {}, options = [], starts, examples } = specOf(name)
  const takesFlags = Object.keys(flags).length + options.length > 0
  const usage = [program, name, takesFlags ? '[flags]' : undefined, operands]
  const own = Object.entries(flags).map(([flag, { placeholder, short, help }]) =>
    flagLines([short && `-${short},`, flag, placeholder], undefined, help),
  )
  const shared = starts ? `It takes the flags of serve, too: ${program} help serve lists them.` : ''
  return [
    `Usage: ${usage.filter(Boolean).join(' ')}\n`,
    wrap(`${sentence(summary)} ${about}`),
    ...(own.length > 0 ? [`Flags:\n\n${own.join('')}`] : []),
    ...(shared ? [wrap(shared)] : []),
    ...(options.length > 0 ? [optionList('Flags, and their variables', options)] : []),
    `Examples:\n\n${examples.map((words) => `  ${program} ${words}\n`).join('')}`,
  ].join('\n')
}

/** The table of commands in docs/cli.md. */
export function commandTable(): string {
  const rows = commandNames.map((name) => {
    const { operands, flags = {}, summary, page } = specOf(name)
    const usage = [program, name === 'serve' ? '[serve]' : name, operands].filter(Boolean)
    const target = page.replace(/^cli\.md(?=#|$)/, '')
    const text = target === '' ? summary : `[${summary}](${target})`
    const names = Object.keys(flags).map((flag) => `\`${flag}\``)
    return `| \`${usage.join(' ')}\` | ${text} | ${names.join(', ')} |\n`
  })
  return `| Command | | Flags of its own |\n| --- | --- | --- |\n${rows.join('')}`
}

/** The table of flags in docs/cli.md. */
export function optionTable(): string {
  const rows = optionNames.map((name) => {
    const spec: OptionSpec<unknown> = optionSpecs[name]
    return `| \`${spec.flag}\` | \`${spec.environment}\` | ${defaultText(spec)} | ${spec.help} |\n`
  })
  return `| Flag | Environment | Default | |\n| --- | --- | --- | --- |\n${rows.join('')}`
}

function optionList(title: string, names: readonly OptionName[]): string {
  const rows = names.map((name) => {
    const spec: OptionSpec<unknown> = optionSpecs[name]
    const help = `${spec.help} (${defaultText(spec)})`
    return flagLines([spec.flag, spec.placeholder], spec.environment, help)
  })
  return `${title}:\n\n${rows.join('')}`
}

/** A flag with its variable, and below it the text. */
function flagLines(
  words: readonly (string | undefined)[],
  environment: string | undefined,
  help: string,
): string {
  const flag = words.filter(Boolean).join(' ')
  const head = environment === undefined ? flag : `${flag.padEnd(27)} ${environment}`
  return `  ${head}\n${wrap(help, 6)}`
}

function defaultText(spec: OptionSpec<unknown>): string {
  return spec.defaultText ?? String(spec.default ?? 'none')
}

function sentence(summary: string): string {
  return `${summary[0]?.toUpperCase()}${summary.slice(1)}.`
}

/** Breaks a text into lines of the terminal's width. */
function wrap(text: string, indent = 0): string {
  const start = ' '.repeat(indent)
  const lines: string[] = []
  for (const word of text.trim().split(/\s+/)) {
    const line = lines.at(-1)
    if (line === undefined || line.length + 1 + word.length > columns) lines.push(start + word)
    else lines[lines.length - 1] = `${line} ${word}`
  }
  return lines.map((line) => `${line}\n`).join('')
}
