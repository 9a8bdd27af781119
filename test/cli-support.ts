import { type ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { PassThrough } from 'node:stream'
import { promisify } from 'node:util'
import type { Test } from 'tap'
import { runCommand } from '../src/command.js'
import type { CommandContext, EndSignal } from '../src/command-context.js'
import { unfollowed } from './support.js'

/** The source of the command, which a process of the test runner can load. */
const source = new URL('../src/cli.ts', import.meta.url).pathname

/** The command as it is installed. */
export const installed = new URL('../dist/bundle/cli.js', import.meta.url).pathname

/** The command line of the installed command. */
export const command = (...args: readonly string[]) =>
  unfollowed(process.execPath, installed, ...args)

/** A command line that runs a script before the command. A process of the source counts for coverage, so there are few. */
export function commandAfter(
  script: string,
  args: readonly string[],
  file: 'source' | 'installed' = 'installed',
): [string, string[]] {
  const preload = ['--import', `data:text/javascript,${encodeURIComponent(script)}`]
  return file === 'source'
    ? [process.execPath, [...process.execArgv, ...preload, source, ...args]]
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

/** The part of this process that a command uses, with streams to read. */
export function createContext(env: object, parts: Partial<CommandContext>) {
  const [out, err] = [new PassThrough(), new PassThrough()]
  const input = new PassThrough() as unknown as NodeJS.ReadStream
  const writable = { in: input, out: out as unknown as NodeJS.WriteStream, err: err as never }
  const idle = { script: 'tao-upload-emulator', exit: () => {}, onSignal: () => {} }
  return {
    out,
    err,
    context: {
      ...writable,
      ...idle,
      environment: { ...environment, CI: undefined, ...env },
      ...parts,
    },
  }
}

/** Runs a command that ends by itself within this process, which takes a hundredth of the time. */
export async function runHere(
  args: readonly string[],
  env: object = {},
  parts: Partial<CommandContext> = {},
): Promise<Ended> {
  const { out, err, context } = createContext(env, parts)
  const code = await runCommand(args, context)
  const textOf = (stream: PassThrough) => String(stream.read() ?? '')
  return { code, out: textOf(out), err: textOf(err) }
}

/** A server that the command runs within this process. */
export interface Served {
  /** Resolves once a pattern is in the output. */
  saw(pattern: RegExp): Promise<RegExpExecArray>
  /** Sends it a signal, and resolves to the exit code. */
  end(signal: EndSignal): Promise<number>
}

/** Starts the server within this process. */
export async function serveHere(
  t: Test,
  args: readonly string[] = [],
  env: object = {},
  { isTTY = false, script = installed } = {},
): Promise<Served> {
  let text = ''
  let onSignal: (signal: EndSignal) => void = () => {}
  let exit: CommandContext['exit'] = () => {}
  const exited = new Promise<number>((resolve) => {
    exit = resolve
  })
  const { out, err, context } = createContext(env, {
    script,
    exit,
    onSignal(handler) {
      onSignal = handler
    },
  })
  Object.assign(out, { isTTY })
  out.on('data', (chunk) => {
    text += chunk
  })
  const end = (signal: EndSignal) => {
    onSignal(signal)
    return exited
  }
  const code = await runCommand(['--port', '0', ...args], context)
  if (code !== 0) throw new Error(`It ended: ${err.read()}`)
  t.teardown(() => end('SIGTERM'))
  return {
    async saw(pattern) {
      for (;;) {
        const found = pattern.exec(text)
        if (found !== null) return found
        await once(out, 'data')
      }
    },
    end,
  }
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
