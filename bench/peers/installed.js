import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'

const folder = new URL('.', import.meta.url).pathname

/** The file of a peer's package. */
export const packageFile = (path) => `${folder}node_modules/${path}`

export const isInstalled = (name) => existsSync(packageFile(`${name}/package.json`))

/** Installs the peers as they are locked, without their scripts. Resolves to what went wrong, if anything. */
export function install(timeoutMs) {
  const args = ['ci', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund']
  return new Promise((resolve) => {
    const child = spawn('npm', args, { stdio: ['ignore', 'ignore', 'pipe'], timeout: timeoutMs })
    let errors = ''
    child.stderr.setEncoding('utf8').on('data', (text) => {
      errors += text
    })
    child.once('error', ({ message }) => resolve(message))
    child.once('close', (code, signal) => {
      if (code === 0) resolve(undefined)
      else if (signal !== null) resolve(`npm ci took longer than ${timeoutMs / 1000} s`)
      else
        resolve(/npm (?:error|ERR!) (?!code)(.+)/.exec(errors)?.[1] ?? `npm ci ended with ${code}`)
    })
  })
}
