import { BlockList, isIPv4, isIPv6 } from 'node:net'

/** IANA special-purpose ranges, and one address that clouds answer their metadata on. */
const closedIpv4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const

/** Parts of the global unicast range that are not: Teredo and other protocol assignments, documentation, 6to4. */
const closedIpv6 = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const

const closed = new BlockList()
for (const [net, prefix] of closedIpv4) closed.addSubnet(net, prefix, 'ipv4')
for (const [net, prefix] of closedIpv6) closed.addSubnet(net, prefix, 'ipv6')

const open = new BlockList()
open.addSubnet('2000::', 3, 'ipv6')

const wrapping = new BlockList()
wrapping.addSubnet('::ffff:0:0', 96, 'ipv6')
wrapping.addSubnet('64:ff9b::', 96, 'ipv6')

/** The IPv4 address in the last 32 bits; `URL` spells any form of an IPv6 address with hex groups. */
const wrappedIpv4 = (address: string): string => {
  const spelled = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const [high = '', low = ''] = (spelled.split('::').at(-1) ?? '').split(':').slice(-2)
  const bits =
    low === '' ? [0, Number.parseInt(high || '0', 16)] : [high, low].map((group) => Number.parseInt(group, 16))
  return bits.flatMap((group) => [group >> 8, group & 255]).join('.')
}

/**
 * Whether an address may be connected to on behalf of a stranger: a public unicast address. Anything unknown is not.
 * IPv4 inside IPv6 (mapped, NAT64) is judged by the IPv4 address.
 */
export const isPublicAddress = (address: string): boolean => {
  if (isIPv4(address)) return !closed.check(address, 'ipv4')
  if (!isIPv6(address) || address.includes('%')) return false
  if (wrapping.check(address, 'ipv6')) return isPublicAddress(wrappedIpv4(address))
  return open.check(address, 'ipv6') && !closed.check(address, 'ipv6')
}
