import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import type { Test } from 'tap'
import { plainEnvironment, unfollowed } from '../support.js'

/** The command as users run it, in a process of its own. */
export interface EmulatorProcess {
  readonly url: string
  readonly port: number
  /** Writes the pieces, closes its side, and resolves to everything that came back. */
  exchange(pieces: readonly Buffer[]): Promise<Buffer>
  /** Undefined where the system does not say. */
  usage(): { readonly descriptors: number; readonly memoryMb: number } | undefined
  /** Sends SIGTERM, and resolves to the exit code. */
  stop(): Promise<number | null>
}

const command = new URL('../../dist/bundle/cli.js', import.meta.url).pathname

export async function startProcess(
  t: Test,
  flags: readonly string[] = [],
  { descriptors = 1024 }: { descriptors?: number } = {},
): Promise<EmulatorProcess> {
  const [program, args] = unfollowed(process.execPath, command, '--port', '0', ...flags)
  const line = ['-c', `ulimit -n ${descriptors}; exec "$@"`, 'sh', program, ...args]
  const child = spawn('sh', line, {
    env: plainEnvironment,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  const exited = once(child, 'exit')
  const lines = createInterface(child.stdout)
  const [ready] = (await once(lines, 'line')) as [string]
  lines.on('line', () => {})
  const { url } = JSON.parse(ready) as { url: string }
  const port = Number(new URL(url).port)
  return {
    url,
    port,
    exchange: (pieces) => exchange(port, pieces),
    usage: () => usageOf(child.pid as number),
    async stop() {
      child.kill('SIGTERM')
      const [code] = (await exited) as [number | null]
      return code
    },
  }
}

function exchange(port: number, pieces: readonly Buffer[]): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    const received: Buffer[] = []
    socket.on('data', (chunk: Buffer) => received.push(chunk))
    socket.on('error', (error: NodeJS.ErrnoException) => {
      // A server may reset a connection whose client still sends; it must not be gone.
      if (error.code === 'ECONNREFUSED') reject(error)
    })
    socket.once('close', () => resolve(Buffer.concat(received)))
    for (const piece of pieces) socket.write(piece)
    socket.end()
  })
}

function usageOf(pid: number): ReturnType<EmulatorProcess['usage']> {
  if (!existsSync(`/proc/${pid}/fd`)) return undefined
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return {
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    memoryMb: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024,
  }
}
