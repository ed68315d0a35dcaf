import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { pinned } from '@kez-chat/outbound'
import { type DnsCounterpart, startDnsCounterpart, startWebCounterpart, type WebCounterpart } from '@kez-chat/testkit'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createHttpGet } from '../src/http/node-http.ts'
import type { ProofFailure } from '../src/result.ts'

let web: WebCounterpart
let dns: DnsCounterpart

beforeAll(async () => {
  web = await startWebCounterpart()
  dns = await startDnsCounterpart()
  web.publish('site.test', '/file', 'hello')
})
afterAll(async () => {
  await web.stop()
  await dns.stop()
})
afterEach(() => {
  web.fault()
  dns.fault()
})

const get = (url: string, { timeoutMs = 5_000, follow = true } = {}) =>
  createHttpGet({ timeoutMs, counterparts: { 'site.test': web.origin }, dnsServers: [dns.server] })(url, {
    accept: 'text/plain',
    follow,
    signal: new AbortController().signal,
  })

const refusal = (url: string, options?: { timeoutMs?: number }) =>
  get(url, options).then(
    () => 'answered',
    ({ reason, message }: ProofFailure) => `${reason}: ${message}`,
  )

const portOf = (origin: string) => new URL(origin).port

describe('fetching what strangers name', () => {
  it('reads a file of a host, under the name of the host and without cookies or compression', async () => {
    const answer = await get('https://site.test/file?a=b')
    expect(new TextDecoder().decode(answer.body)).toBe('hello')
    const request = web.requests.at(-1)
    expect(request?.host).toBe('site.test')
    expect(request?.url.search).toBe('?a=b')
    expect(request?.headers).toMatchObject({ 'accept-encoding': 'identity', accept: 'text/plain' })
    expect(request?.headers).not.toHaveProperty('cookie')
    expect(request?.headers).not.toHaveProperty('authorization')
  })

  const forbidden: [string, (port: string) => string, (port: string) => string][] = [
    ['loopback', (port) => `https://127.0.0.1:${port}/`, () => '127.0.0.1 leads to an address that is not public'],
    [
      'a decimal address',
      (port) => `https://2130706433:${port}/`,
      () => '127.0.0.1 leads to an address that is not public',
    ],
    ['a hex address', (port) => `https://0x7f.1:${port}/`, () => '127.0.0.1 leads to an address that is not public'],
    ['IPv6 loopback', (port) => `https://[::1]:${port}/`, () => '::1 leads to an address that is not public'],
    [
      'mapped loopback',
      (port) => `https://[::ffff:127.0.0.1]:${port}/`,
      () => '::ffff:7f00:1 leads to an address that is not public',
    ],
    [
      'a metadata service',
      () => 'https://169.254.169.254/latest/',
      () => '169.254.169.254 leads to an address that is not public',
    ],
    ['a private network', () => 'https://10.0.0.1/', () => '10.0.0.1 leads to an address that is not public'],
    ['plain HTTP', () => 'http://elsewhere.test/', () => 'elsewhere.test is asked for over something else than HTTPS'],
    [
      'plain HTTP on a port',
      (port) => `http://127.0.0.1:${port}/`,
      (port) => `127.0.0.1:${port} is asked for over something else than HTTPS`,
    ],
    [
      'another protocol',
      () => 'ftp://elsewhere.test/',
      () => 'elsewhere.test is asked for over something else than HTTPS',
    ],
    [
      'credentials',
      () => 'https://me:secret@elsewhere.test/',
      () => 'the address at elsewhere.test carries credentials',
    ],
    [
      'a name for loopback',
      (port) => `https://inside.test:${port}/`,
      () => 'inside.test leads to an address that is not public',
    ],
    [
      'a name for a private IPv6 address',
      () => 'https://inside6.test/',
      () => 'inside6.test leads to an address that is not public',
    ],
    [
      'a name with one private address among public ones',
      () => 'https://mixed.test/',
      () => 'mixed.test leads to an address that is not public',
    ],
    ['a name without an address', () => 'https://nowhere.test/', () => 'nowhere.test has no address'],
  ]

  beforeAll(() => {
    dns.setAddresses('inside.test', '127.0.0.1')
    dns.setAddresses('inside6.test', 'fd00::1')
    dns.setAddresses('mixed.test', '1.1.1.1', '10.1.2.3')
  })

  it.each(forbidden)('never connects to %s', async (_name, url, why) => {
    const port = portOf(web.origin)
    const before = web.requests.length
    expect(await refusal(url(port))).toBe(`unreachable: ${why(port)}`)
    expect(web.requests).toHaveLength(before)
  })

  it.each(forbidden)('never follows a redirect to %s', async (_name, url, why) => {
    const port = portOf(web.origin)
    web.fault({ redirectTo: url(port) })
    const before = web.requests.length
    expect(await refusal('https://site.test/file')).toBe(`unreachable: ${why(port)}`)
    expect(web.requests).toHaveLength(before + 1)
  })

  it('asks for each address once, so that a second answer cannot differ from the one that was checked', async () => {
    const before = dns.questions.filter((question) => question.endsWith('inside.test')).length
    await refusal('https://inside.test/')
    const asked = dns.questions.filter((question) => question.endsWith('inside.test')).slice(before)
    expect(asked.toSorted()).toEqual(['A inside.test', 'AAAA inside.test'])
  })

  it.each([true, false])(
    'connects a socket to the checked address, whatever its name says now (families at once: %s)',
    async (auto) => {
      const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1')
      await once(server, 'listening')
      const address = server.address()
      const socket = connect({
        host: 'rebound.test',
        port: typeof address === 'object' && address ? address.port : 0,
        lookup: pinned([{ address: '127.0.0.1', family: 4 }]),
        autoSelectFamily: auto,
      })
      await once(socket, 'connect')
      expect(socket.remoteAddress).toBe('127.0.0.1')
      socket.destroy()
      server.close()
    },
  )

  it('follows three redirects and no more', async () => {
    web.fault('redirect_forever')
    const before = web.requests.length
    expect(await refusal('https://site.test/file')).toBe('unreachable: site.test redirects more than 3 times')
    expect(web.requests).toHaveLength(before + 4)
  })

  it('hands over a redirect it is told not to follow', async () => {
    web.fault('redirect_forever')
    expect((await get('https://site.test/file', { follow: false })).status).toBe(301)
  })

  it.each([
    ['huge', 'malformed: the answer of site.test is larger than 1048576 bytes'],
    ['huge_without_length', 'malformed: the answer of site.test is larger than 1048576 bytes'],
    ['compressed', 'malformed: site.test answers compressed without being asked'],
    ['cut_off', 'unreachable: site.test could not be reached'],
    [{ redirectTo: 'https://[' }, 'unreachable: site.test redirects to nowhere'],
  ] as const)('gives up on an answer that is %s', async (fault, why) => {
    web.fault(fault)
    expect(await refusal('https://site.test/file')).toBe(why)
  })

  it('gives up on an answer that never ends', async () => {
    web.fault('slow')
    expect(await refusal('https://site.test/file', { timeoutMs: 200 })).toBe(
      'unreachable: site.test did not answer in time',
    )
  })

  it('gives up on a DNS server that never answers', async () => {
    dns.fault('silent')
    expect(await refusal('https://silent.test/', { timeoutMs: 400 })).toMatch(
      /^unreachable: silent\.test (did not answer in time|has no address)$/,
    )
  })
})
