import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatIdentifier, normaliseIdentifier, parseIdentifier } from './identifier.ts'
import { isPrimaryId, normalisePrimary, parsePrimary, primaryHex, primaryOf, publicKeyOf } from './primary-id.ts'

const malformed = expect.objectContaining({ name: 'IdentityError', code: 'malformed' })
// The example of NIP-19.
const npubHex = '7e7e9c42a91bfef19fa929e5fda1b72e0ebc1a4c1141673e2794234d86addf4e'
const npub = 'npub10elfcs4fr0l0r8af98jlmgdh9c8tcxjvz9qkw038js35mp4dma8qzvjptg'
const hex = 'd04ab232742bb4ab3a1368bd4615e4e6d0224ab71a016baf8520a332c9778737'

const did = 'did:plc:z72i7hdynmk6r22z27h6tvur'
const label = 'a'.repeat(63)

describe('an identifier', () => {
  it.each([
    ['github:alice', 'github', 'alice'],
    ['github:a-b-1', 'github', 'a-b-1'],
    [`github:${'a'.repeat(39)}`, 'github', 'a'.repeat(39)],
    ['dns:example.org', 'dns', 'example.org'],
    [`dns:${label}.${label}.org`, 'dns', `${label}.${label}.org`],
    ['web:example.org:8443', 'web', 'example.org:8443'],
    [`nostr:${npub}`, 'nostr', npub],
    ['bluesky:alice.bsky.social', 'bluesky', 'alice.bsky.social'],
    [`bluesky:${did}`, 'bluesky', did],
    ['bluesky:did:web:example.org', 'bluesky', 'did:web:example.org'],
    ['ap:@alice@example.org', 'ap', '@alice@example.org'],
    ['ap:@a.b_c-d@example.org:8443', 'ap', '@a.b_c-d@example.org:8443'],
    [`ed25519:${hex}`, 'ed25519', hex],
    ['newsystem:Zoë:1', 'newsystem', 'Zoë:1'],
  ])('%s in its normal form stays as it is', (text, system, value) => {
    expect(parseIdentifier(text)).toEqual({ system, value })
    expect(normaliseIdentifier(text)).toBe(text)
  })

  it.each([
    ['github:Alice', 'github:alice'],
    ['dns:Example.ORG.', 'dns:example.org'],
    ['dns:Bücher.example', 'dns:xn--bcher-kva.example'],
    ['web:https://Example.org/', 'web:example.org'],
    ['web:HTTPS://example.org:443', 'web:example.org'],
    [`nostr:${npub.toUpperCase()}`, `nostr:${npub}`],
    [`nostr:${npubHex}`, `nostr:${npub}`],
    ['bluesky:@Alice.bsky.social', 'bluesky:alice.bsky.social'],
    ['mastodon:@Alice@Example.org', 'ap:@alice@example.org'],
    ['ap:Alice@Example.org', 'ap:@alice@example.org'],
    [`ed25519:${hex.toUpperCase()}`, `ed25519:${hex}`],
  ])('%s, in another spelling its system allows, reads as %s', (text, normal) => {
    expect(formatIdentifier(parseIdentifier(text))).toBe(normal)
    expect(normaliseIdentifier(text)).toBe(normal)
    expect(normaliseIdentifier(normal)).toBe(normal)
  })

  it.each([
    ['  GitHub:Alice ', 'github:alice'],
    ['DNS:example.org\n', 'dns:example.org'],
    ['MASTODON:alice@example.org', 'ap:@alice@example.org'],
  ])('typed as %j becomes %s, though no document may spell it so', (typed, normal) => {
    expect(normaliseIdentifier(typed)).toBe(normal)
    expect(() => parseIdentifier(typed)).toThrow(malformed)
  })

  it.each(['alice', ':alice', 'github:', 'github: alice', 'x:a\nb', 'x:a\u200bb', 'x:\ud800', '', ' '])(
    '%j is refused as no identifier at all',
    (text) => {
      expect(() => parseIdentifier(text)).toThrow('an identifier is system:value')
      expect(() => normaliseIdentifier(text)).toThrow(malformed)
    },
  )

  it.each([
    'github:-alice',
    'github:alice-',
    'github:a--b',
    'github:a_b',
    `github:${'a'.repeat(40)}`,
    'github:alice/repo',
    'dns:localhost',
    'dns:example..org',
    'dns:-a.org',
    'dns:a-.org',
    `dns:${label}a.org`,
    `dns:${`${label}.`.repeat(4)}org`,
    'dns:192.0.2.1',
    'dns:a_b.org',
    'dns:example.org:53',
    'dns:bü/cher.example',
    'dns:[::1]',
    'web:http://example.org',
    'web:https://example.org/alice',
    'web:example.org?x',
    'web:user@example.org',
    'web:example.org:0',
    'web:example.org:65536',
    'web:example.org:',
    `nostr:${npub.slice(0, -1)}q`,
    `nostr:${npub.slice(0, -1)}`,
    `nostr:${npubHex.slice(2)}`,
    'bluesky:alice',
    'bluesky:did:plc:short',
    'bluesky:did:web:localhost',
    'ap:alice',
    'ap:@alice@localhost',
    'ap:@alice@example.org@example.org',
    'ap:@@example.org',
    'ap:.alice@example.org',
    'mastodon:alice',
    `ed25519:${hex.slice(2)}`,
    `ed25519:${hex}00`,
  ])('%s is refused, for its system has no such value', (text) => {
    expect(() => parseIdentifier(text)).toThrow(malformed)
    expect(() => parseIdentifier(text)).toThrow(
      /^(?:a (?:github|dns|web|nostr|bluesky)|an (?:ap|ed25519)): identifier is /,
    )
    expect(() => normaliseIdentifier(text)).toThrow(malformed)
  })

  it('longer than 512 characters is refused', () => {
    expect(() => parseIdentifier(`x:${'y'.repeat(511)}`)).toThrow(malformed)
    expect(() => normaliseIdentifier(`x:${' '.repeat(511)}`)).toThrow(malformed)
  })

  it('has one normal form, which is a fixed point, whatever is typed', () => {
    const system = fc.constantFrom('github', 'dns', 'web', 'nostr', 'bluesky', 'ap', 'mastodon', 'ed25519', 'other')
    const value = fc.oneof(fc.string({ unit: fc.constantFrom(...'aB1.-@:/éß中') }), fc.domain(), fc.emailAddress())
    let accepted = 0
    fc.assert(
      fc.property(system, value, (name, text) => {
        let normal: string
        try {
          normal = normaliseIdentifier(`${name}:${text}`)
        } catch (error) {
          expect(error).toEqual(malformed)
          return
        }
        accepted++
        expect(formatIdentifier(parseIdentifier(normal))).toBe(normal)
      }),
      { numRuns: 1_000, seed: 3 },
    )
    expect(accepted).toBeGreaterThan(100)
  })
})

describe('a primary', () => {
  it('is its public key and back', () => {
    const primary = parsePrimary(`ed25519:${hex}`)
    expect(primaryOf(publicKeyOf(primary))).toBe(primary)
    expect(primaryHex(primary)).toBe(hex)
    expect(normalisePrimary(` ED25519:${hex} `)).toBe(primary)
  })

  it.each([
    hex,
    `ed25519:${hex.toUpperCase()}`,
    `ed25519:${hex}0`,
    `ed25519:${hex.slice(2)}`,
    `nostr:${hex}`,
    ` ed25519:${hex}`,
  ])('is not %j', (text) => {
    expect(isPrimaryId(text)).toBe(false)
    expect(() => parsePrimary(text)).toThrow(malformed)
  })

  it('has 32 bytes', () => {
    expect(() => primaryOf(new Uint8Array(31))).toThrow(malformed)
  })
})
