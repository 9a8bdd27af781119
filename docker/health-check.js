import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { get } from 'node:http'
import { endianness } from 'node:os'

/*
 * Exits with 0 if the emulator in this container responds. Its settings may come from arguments, from variables or from
 * defaults, and the file system may be read-only: the kernel alone knows the address that it listens on. The image has no
 * curl.
 */

/** @returns {string[]} the processes that run the command, this one excluded */
function findEmulators() {
  return readdirSync('/proc').filter((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false
    return /dist\/(?:bundle\/)?cli\.js/.test(
      attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'), ''),
    )
  })
}

/** @returns {string[]} the inodes of the sockets of a process */
function socketsOf(pid) {
  const folder = `/proc/${pid}/fd`
  return attempt(() => readdirSync(folder), [])
    .map((fd) => attempt(() => readlinkSync(`${folder}/${fd}`), ''))
    .flatMap((target) => /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? [])
}

/** @returns {{ host: string, port: number }[]} the addresses that these sockets listen on */
function addressesOf(inodes) {
  return ['tcp', 'tcp6']
    .flatMap((table) => attempt(() => readFileSync(`/proc/net/${table}`, 'utf8'), '').split('\n'))
    .map((row) => row.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode]) => state === '0A' && inodes.includes(inode))
    .map(([, local]) => {
      const [address, port] = local.split(':')
      return { host: hostOf(address), port: Number.parseInt(port, 16) }
    })
}

/** The kernel writes an address as words of four bytes in the order of the processor. */
function hostOf(hex) {
  const bytes = Buffer.from(hex, 'hex')
  if (endianness() === 'LE') bytes.swap32()
  // Every address: loopback is one of them.
  if (bytes.every((byte) => byte === 0)) return bytes.length === 4 ? '127.0.0.1' : '::1'
  if (bytes.length === 4) return bytes.join('.')
  return bytes.toString('hex').match(/.{4}/g).join(':')
}

function attempt(read, otherwise) {
  try {
    return read()
  } catch {
    return otherwise
  }
}

// A test names its process.
const pids = process.argv.length > 2 ? process.argv.slice(2) : findEmulators()
const [address] = addressesOf(pids.flatMap(socketsOf))
if (address === undefined) {
  process.stderr.write('The emulator does not listen\n')
  process.exit(1)
}
get({ ...address, path: '/__control/health', timeout: 2000 }, ({ statusCode }) => {
  process.exit(statusCode === 200 ? 0 : 1)
})
  .on('timeout', () => process.exit(1))
  .on('error', () => process.exit(1))
