import { describe, expect, it } from 'vitest'
import { isPublicAddress } from './public-address.ts'

describe('addresses that may be connected to for a stranger', () => {
  it.each([
    ['1.1.1.1', 'IPv4'],
    ['93.184.216.34', 'IPv4'],
    ['172.15.255.255', 'just below a private range'],
    ['172.32.0.0', 'just above a private range'],
    ['100.63.255.255', 'just below carrier-grade NAT'],
    ['100.128.0.0', 'just above carrier-grade NAT'],
    ['2606:4700:4700::1111', 'IPv6'],
    ['2a00:1450:4001:830::200e', 'IPv6'],
    ['::ffff:1.1.1.1', 'a public IPv4 address mapped into IPv6'],
    ['64:ff9b::101:101', 'a public IPv4 address behind NAT64'],
  ])('%s is public (%s)', (address) => {
    expect(isPublicAddress(address)).toBe(true)
  })

  it.each([
    ['0.0.0.0', 'this host'],
    ['0.1.2.3', 'this network'],
    ['10.0.0.1', 'private'],
    ['10.255.255.255', 'private'],
    ['100.64.0.1', 'carrier-grade NAT'],
    ['100.100.100.200', 'a metadata service in carrier-grade NAT'],
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['168.63.129.16', 'a metadata service in public space'],
    ['169.254.0.1', 'link-local'],
    ['169.254.169.254', 'a metadata service'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.0.0.192', 'a metadata service'],
    ['192.0.2.1', 'documentation'],
    ['192.168.1.1', 'private'],
    ['198.18.0.1', 'benchmarks'],
    ['198.51.100.1', 'documentation'],
    ['203.0.113.1', 'documentation'],
    ['224.0.0.1', 'multicast'],
    ['239.255.255.250', 'multicast'],
    ['240.0.0.1', 'reserved'],
    ['255.255.255.255', 'broadcast'],
    ['::', 'this host'],
    ['::1', 'loopback'],
    ['::127.0.0.1', 'IPv4-compatible'],
    ['::ffff:127.0.0.1', 'mapped loopback'],
    ['::ffff:7f00:1', 'mapped loopback in hex'],
    ['0:0:0:0:0:ffff:10.0.0.1', 'mapped private, spelled out'],
    ['::ffff:0:0', 'mapped, nothing'],
    ['::ffff:169.254.169.254', 'mapped metadata service'],
    ['64:ff9b::7f00:1', 'loopback behind NAT64'],
    ['64:ff9b::10.0.0.1', 'private behind NAT64'],
    ['64:ff9b:1::1.1.1.1', 'local NAT64'],
    ['100::1', 'discard'],
    ['2001::1', 'Teredo'],
    ['2001:db8::1', 'documentation'],
    ['2002:7f00:1::', '6to4 of loopback'],
    ['3fff::1', 'documentation'],
    ['fc00::1', 'unique local'],
    ['fd00:ec2::254', 'a metadata service'],
    ['fe80::1', 'link-local'],
    ['fe80::1%eth0', 'link-local with a zone'],
    ['fec0::1', 'site-local'],
    ['ff02::1', 'multicast'],
    ['', 'nothing'],
    ['example.org', 'a name'],
    ['1.1.1', 'not an address'],
    ['0x7f.1', 'not an address'],
  ])('%s is not (%s)', (address) => {
    expect(isPublicAddress(address)).toBe(false)
  })
})
