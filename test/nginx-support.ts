import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { Test } from 'tap'

export const hasNginx = spawnSync('nginx', ['-v']).error === undefined

/** Waits until something listens on a port. Throws if `isOver` returns true before. */
export async function waitForPort(port: number, isOver: () => boolean): Promise<void> {
  for (;;) {
    const socket = connect(port, '127.0.0.1')
    const isUp = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    if (isUp) return
    if (isOver()) throw new Error('The proxy ended: see its configuration')
  }
}

/** Starts nginx in a folder of its own with this server on this port, until the test ends. */
export async function startNginx(
  t: Test,
  folder: string,
  port: number,
  server: string,
): Promise<void> {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  writeFileSync(
    join(folder, 'conf'),
    `daemon off; pid ${folder}/pid; error_log stderr; events {}
    http {
      access_log off;
      ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
      ${server}
    }`,
  )
  const proxy = spawn('nginx', ['-p', folder, '-c', 'conf'], { stdio: 'ignore' })
  const exited = once(proxy, 'exit')
  t.teardown(async () => {
    proxy.kill()
    await exited
    rmSync(folder, { recursive: true })
  })
  await waitForPort(port, () => proxy.exitCode !== null)
}
