import { isIP } from 'node:net'

/** The eight groups of an IPv6 address; empty when it is not one. */
const groups = (address: string): number[] => {
  const plain = address.split('%', 1)[0] ?? ''
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(plain)
  const hex = dotted
    ? `${dotted[1]}${((Number(dotted[2]) << 8) | Number(dotted[3])).toString(16)}:${((Number(dotted[4]) << 8) | Number(dotted[5])).toString(16)}`
    : plain
  const [left = '', right] = hex.split('::')
  const parse = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16))
  const head = parse(left)
  if (right === undefined) return head
  const tail = parse(right)
  return [...head, ...Array.from({ length: Math.max(0, 8 - head.length - tail.length) }, () => 0), ...tail]
}

/**
 * What counts as one client: an IPv4 address, or the /64 of an IPv6 address, because one household has 2^64 of them.
 * Anything that is no address (a broken `X-Forwarded-For`) shares one key.
 */
export const addressKey = (address: string): string => {
  const family = isIP(address)
  if (family === 4) return address
  if (family === 0) return 'unknown'
  const parts = groups(address)
  if (parts.slice(0, 5).every((part) => part === 0) && parts[5] === 0xffff) {
    const [high = 0, low = 0] = parts.slice(6)
    return [high >> 8, high & 255, low >> 8, low & 255].join('.')
  }
  return `${parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':')}::/64`
}
