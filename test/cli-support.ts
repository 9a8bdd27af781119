import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { PassThrough } from 'node:stream'
import { promisify } from 'node:util'
import type { Test } from 'tap'
import { runCommand } from '../src/command.js'
import { unfollowed } from './support.js'

/** The command as it is compiled. */
const compiled = new URL('../dist/cli.js', import.meta.url).pathname

/** The command as it is installed. */
export const installed = new URL('../dist/bundle/cli.js', import.meta.url).pathname

/** The command line of the installed command. */
export const command = (...args: readonly string[]) =>
  unfollowed(process.execPath, installed, ...args)

/** A command line that runs a script before the command. The process of the compiled command counts for coverage. */
export function commandAfter(
  script: string,
  args: readonly string[],
  file: 'compiled' | 'installed' = 'installed',
): [string, string[]] {
  const preload = ['--import', `data:text/javascript,${encodeURIComponent(script)}`]
  return file === 'compiled'
    ? [process.execPath, [...preload, compiled, ...args]]
    : unfollowed(process.execPath, ...preload, installed, ...args)
}

export const run = promisify(execFile)

/** Variables of the machine that runs the tests must not lead them astray. */
export const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !['PORT', 'HOST', 'LOG_LEVEL'].includes(name)),
)

export interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs the command to its end. */
export async function runCli(
  args: readonly string[],
  env: object = {},
  cwd?: string,
): Promise<Ended> {
  const options = { env: { ...environment, ...env }, ...(cwd && { cwd }) }
  try {
    const { stdout, stderr } = await run(...command(...args), options)
    return { code: 0, out: stdout, err: stderr }
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
    return { code, out: stdout, err: stderr }
  }
}

/** Runs a command that ends by itself within this process, which takes a hundredth of the time. */
export async function runHere(args: readonly string[], env: object = {}): Promise<Ended> {
  const [out, err] = [new PassThrough(), new PassThrough()]
  const code = await runCommand(args, {
    environment: { ...environment, ...env },
    out: out as unknown as NodeJS.WriteStream,
    err: err as unknown as NodeJS.WriteStream,
    exit: () => {},
    onSignal: () => {},
  })
  const textOf = (stream: PassThrough) => String(stream.read() ?? '')
  return { code, out: textOf(out), err: textOf(err) }
}

/** A folder with these files and the installed command, and a `PATH` on which a shell finds the command. */
export function folderWithCommand(t: Test, files: Readonly<Record<string, string>> = {}) {
  const line = command().flat()
  const script = `#!/bin/sh\nexec ${line.map((it) => `"${it}"`).join(' ')} "$@"\n`
  const folder = t.testdir({ ...files, 'tao-upload-emulator': script })
  chmodSync(join(folder, 'tao-upload-emulator'), 0o755)
  return { folder, path: `${folder}${delimiter}${environment.PATH}` }
}

export interface Started {
  readonly child: ChildProcessWithoutNullStreams
  readonly url: string
  readonly port: number
  readonly lines: string[]
  ended(): Promise<number | null>
}

/** Starts the command and waits for its ready line. */
export async function start(
  t: Test,
  args: readonly string[] = [],
  env: object = {},
): Promise<Started> {
  const child = spawn(...command('--port', '0', ...args), { env: { ...environment, ...env } })
  t.teardown(() => child.kill('SIGKILL'))
  const closed = once(child, 'close')
  const lines: string[] = []
  const url = await new Promise<string>((resolve, reject) => {
    let err = ''
    child.stderr.on('data', (chunk) => {
      err += chunk
    })
    createInterface(child.stdout).on('line', (line) => {
      lines.push(line)
      const { event, url } = JSON.parse(line)
      if (event === 'ready') resolve(url)
    })
    child.once('close', () => reject(new Error(`It ended: ${err}`)))
  })
  return {
    child,
    url,
    port: Number(new URL(url).port),
    lines,
    ended: async () => (await closed)[0],
  }
}
