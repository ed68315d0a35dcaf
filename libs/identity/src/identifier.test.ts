import { describe, expect, it } from 'vitest'
import { normaliseIdentifier, parseIdentifier } from './identifier.ts'
import { isPrimaryId, normalisePrimary, parsePrimary, primaryHex, primaryOf, publicKeyOf } from './primary-id.ts'

const malformed = expect.objectContaining({ name: 'IdentityError', code: 'malformed' })
const hex = 'd04ab232742bb4ab3a1368bd4615e4e6d0224ab71a016baf8520a332c9778737'

describe('an identifier', () => {
  it.each([
    ['github:alice', 'github', 'alice'],
    ['web:https://example.org/a:b', 'web', 'https://example.org/a:b'],
    ['ap:@alice@example.org', 'ap', '@alice@example.org'],
    ['newsystem:Zoë', 'newsystem', 'Zoë'],
  ])('%s is taken apart at its first colon and carried as it is', (text, system, value) => {
    expect(parseIdentifier(text)).toEqual({ system, value })
  })

  it.each(['alice', ':alice', 'github:', 'GitHub:alice', 'github: alice', 'github:a\nb', 'github:a\u200bb', ''])(
    '%j is refused',
    (text) => {
      expect(() => parseIdentifier(text)).toThrow(malformed)
    },
  )

  it('longer than 512 characters is refused', () => {
    expect(() => parseIdentifier(`x:${'y'.repeat(511)}`)).toThrow(malformed)
    expect(() => normaliseIdentifier(`x:${' '.repeat(511)}`)).toThrow(malformed)
  })

  it.each([
    ['  GitHub:Alice ', 'github:alice'],
    ['mastodon:@Alice@Example.org', 'ap:@alice@example.org'],
    ['web:https://Example.org/Path', 'web:https://Example.org/Path'],
    [`ED25519:${hex.toUpperCase()}`, `ed25519:${hex}`],
  ])('typed as %j becomes %s', (typed, normal) => {
    expect(normaliseIdentifier(typed)).toBe(normal)
  })

  it('typed without a system is refused', () => {
    expect(() => normaliseIdentifier('alice')).toThrow(malformed)
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
