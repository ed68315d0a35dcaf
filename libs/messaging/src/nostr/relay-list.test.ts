import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MessageError } from '../errors.ts'
import { createAuthorKey } from '../transport-key.ts'
import {
  createInboxRelaysEvent,
  createRelayListEvent,
  readInboxRelays,
  readRelayList,
  relaysToReach,
} from './relay-list.ts'
import { isPublicRelayUrl, normalizeRelayUrl } from './relay-url.ts'
import { signEvent, verifyNostrEvent } from './sign-event.ts'

const now = Date.parse('2026-05-25T03:00:00Z')
const key = createAuthorKey()
const code = (code: string) => expect.objectContaining({ name: 'MessageError', code })

describe('the URL of a relay', () => {
  it.each([
    ['wss://nos.lol', 'wss://nos.lol'],
    ['WSS://Nos.LOL:443/', 'wss://nos.lol'],
    ['wss://nos.lol.//', 'wss://nos.lol'],
    ['ws://127.0.0.1:80/', 'ws://127.0.0.1'],
    ['ws://[::1]:7777', 'ws://[::1]:7777'],
    ['wss://relay.example.org/Inbox/#x', 'wss://relay.example.org/Inbox'],
    ['wss://relay.example.org/?key=1', 'wss://relay.example.org?key=1'],
    ['wss://bücher.org', 'wss://xn--bcher-kva.org'],
  ])('%s is spelled %s', (text, normal) => {
    expect(normalizeRelayUrl(text)).toBe(normal)
    expect(normalizeRelayUrl(normal)).toBe(normal)
  })

  it.each([
    '',
    'nos.lol',
    'https://nos.lol',
    'wss://',
    'wss://a b.org',
    'wss://me:pw@nos.lol',
    ' wss://nos.lol',
    'wss://nos.lol\n',
    'wss://.',
    'wss://127.1..',
    'wss://nos..lol',
    `wss://nos.lol/${'x'.repeat(512)}`,
  ])('%j is none', (text) => {
    expect(() => normalizeRelayUrl(text)).toThrow(code('malformed'))
  })

  it('has one spelling, whatever was typed', () => {
    const part = fc.constantFrom(
      'wss:',
      'ws:',
      '//',
      '/',
      '.',
      'a',
      'B.org',
      ':443',
      ':80',
      ':8080',
      '?',
      '#',
      '%2e',
      '@',
      '\\',
      '[::1]',
      '127.1',
      'é',
    )
    const text = fc.oneof(
      fc.array(part, { maxLength: 8 }).map((parts) => `wss://${parts.join('')}`),
      fc.webUrl(),
      fc.string(),
    )
    fc.assert(
      fc.property(text, (value) => {
        try {
          const normal = normalizeRelayUrl(value)
          expect(normalizeRelayUrl(normal)).toBe(normal)
        } catch (error) {
          expect(error).toBeInstanceOf(MessageError)
        }
      }),
      { numRuns: 600 },
    )
  })

  it.each(['wss://nos.lol', 'wss://nos.lol:8443/inbox', 'wss://xn--bcher-kva.org'])(
    '%s may be named by others',
    (url) => {
      expect(isPublicRelayUrl(url)).toBe(true)
    },
  )

  it.each([
    'ws://nos.lol',
    'wss://localhost',
    'wss://relay',
    'wss://127.0.0.1',
    'wss://2130706433',
    'wss://0x7f.1',
    'wss://[::1]',
    'wss://[2001:db8::1]',
    'wss://10.0.0.1:8080',
    'wss://printer.local',
    'wss://router.lan',
    'wss://db.internal',
    'wss://x.localhost',
    'wss://hidden.onion',
    'wss://1.0.0.127.in-addr.arpa',
    'wss://nos.lol:22',
    'https://nos.lol',
    'junk',
  ])('%s may not be named by others', (url) => {
    expect(isPublicRelayUrl(url)).toBe(false)
  })
})

describe('a relay list', () => {
  const both = { url: 'wss://both.org', read: true, write: true }
  const read = { url: 'wss://read.org', read: true, write: false }
  const write = { url: 'wss://write.org', read: false, write: true }
  const list = (tags: string[][], kind = 10_002) => signEvent({ kind, tags, content: '' }, now, key)

  it('is read as it was made', () => {
    const made = createRelayListEvent(
      [both, read, write, { ...both, url: 'wss://no.org', read: false, write: false }],
      now,
      key,
    )
    verifyNostrEvent(made)
    expect(made.tags).toEqual([
      ['r', 'wss://both.org'],
      ['r', 'wss://read.org', 'read'],
      ['r', 'wss://write.org', 'write'],
    ])
    expect(readRelayList(made)).toEqual([both, read, write])
    const inbox = createInboxRelaysEvent(['wss://Both.org/', 'wss://read.org'], now, key)
    expect(inbox).toMatchObject({
      kind: 10_050,
      tags: [
        ['relay', 'wss://both.org'],
        ['relay', 'wss://read.org'],
      ],
    })
    expect(readInboxRelays(inbox)).toEqual(['wss://both.org', 'wss://read.org'])
  })

  it('is not made with a broken URL or more than 32 relays', () => {
    expect(() => createInboxRelaysEvent(['nos.lol'], now, key)).toThrow(code('malformed'))
    expect(() => createRelayListEvent(new Array(33).fill(both), now, key)).toThrow(code('too_large'))
    expect(() => createInboxRelaysEvent(new Array(33).fill(both.url), now, key)).toThrow(code('too_large'))
  })

  it('of somebody else gives what is sound in it, each relay once', () => {
    const tags = [
      ['r', 'wss://a.org/', 'read'],
      ['r', 'junk'],
      ['r'],
      ['x', 'wss://x.org'],
      ['r', 'wss://a.org', 'write'],
    ]
    expect(readRelayList(list(tags))).toEqual([{ url: 'wss://a.org', read: true, write: true }])
    const relays = [
      ['relay', 'wss://A.org'],
      ['relay', 'wss://a.org'],
      ['relay', 'http://b.org'],
      ['r', 'wss://c.org'],
    ]
    expect(readInboxRelays(list(relays, 10_050))).toEqual(['wss://a.org'])
    expect(() => readInboxRelays(list([]))).toThrow(code('wrong_kind'))
    expect(() => readRelayList(list([], 10_050))).toThrow(code('wrong_kind'))
  })

  it('of a thousand relays counts to 32', () => {
    const many = Array.from({ length: 500 }, (_, i) => `wss://r${i}.org`)
    expect(readRelayList(list(many.map((url) => ['r', url])))).toHaveLength(32)
    expect(
      readInboxRelays(
        list(
          many.map((url) => ['relay', url]),
          10_050,
        ),
      ),
    ).toHaveLength(32)
  })

  it('sends a writer to four public relays at most, the inbox first and never where nobody reads', () => {
    const inboxRelays = list(
      [
        ['relay', 'wss://in.org'],
        ['relay', 'ws://in.org'],
        ['relay', 'wss://10.0.0.1'],
      ],
      10_050,
    )
    const relayList = createRelayListEvent(
      [write, both, read, ...['a', 'b'].map((x) => ({ ...both, url: `wss://${x}.org` }))],
      now,
      key,
    )
    expect(relaysToReach({ inboxRelays, relayList })).toEqual([
      'wss://in.org',
      'wss://both.org',
      'wss://read.org',
      'wss://a.org',
    ])
    expect(relaysToReach({ relayList: list([['r', 'ws://localhost:4000']]) })).toEqual([])
    expect(relaysToReach({})).toEqual([])
  })
})
