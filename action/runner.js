import { randomUUID } from 'node:crypto'
import { appendFileSync } from 'node:fs'

/*
 * The commands and files by which an action speaks to the runner of GitHub Actions:
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */

/** Writes a workflow command. */
export function command(name, message = '') {
  const data = message.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
  process.stdout.write(`::${name}::${data}\n`)
}

/** Appends values to the file that a variable of the runner names, such as `GITHUB_ENV`. */
export function append(variable, values) {
  const lines = Object.entries(values).map(([name, value]) => {
    // Nobody can guess the end of a value, so no value ends early and sets another name.
    const end = randomUUID()
    return `${name}<<${end}\n${value}\n${end}\n`
  })
  appendFileSync(process.env[variable], lines.join(''))
}

/** Shows lines of a log in a group that is closed at first. The runner reads no commands in them. */
export function showLog(title, text) {
  const token = randomUUID()
  command('group', title)
  command('stop-commands', token)
  process.stdout.write(`${text.trimEnd()}\n`)
  command(token)
  command('endgroup')
}
