import { BlockList, isIP } from 'node:net'

/** The networks that no address of the public Internet is in: the authority signs for these and for no other address. */
export const localNetworks = [
  '127.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '::1/128',
  'fc00::/7',
  'fe80::/10',
] as const

const local = new BlockList()
for (const network of localNetworks) {
  const [address, bits] = network.split('/') as [string, string]
  local.addSubnet(address, Number(bits), familyOf(address))
}

/** Returns whether the authority may sign for an address. */
export function isLocalAddress(address: string): boolean {
  return local.check(address, familyOf(address))
}

export function isAddress(name: string): boolean {
  return isIP(name) !== 0
}

/** An address as a certificate has it: not mapped into IPv6, and without the interface. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=[\d.]+$)/i, '').replace(/%.*$/, '')
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4'
}
