import { DomainError } from '@kez-chat/contracts'
import { fromHex, nostrPrimaryOf } from '@kez-chat/identity'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { chainIn } from './chain-id.ts'
import { noneMatch } from './etag.ts'

const hex = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 64, maxLength: 64 })

test('every key has one chain, however its path spells it', () => {
  fc.assert(
    fc.property(hex, (key) => {
      const npub = nostrPrimaryOf(fromHex(key, 32)).slice('nostr:'.length)
      expect(chainIn({ alg: 'ed25519', key })).toEqual({ alg: 'ed25519', key })
      expect(chainIn({ alg: 'nostr', key })).toEqual({ alg: 'nostr', key })
      expect(chainIn({ alg: 'nostr', key: npub })).toEqual({ alg: 'nostr', key })
      expect(() => chainIn({ alg: 'ed25519', key: npub })).toThrow('a sigchain is at ed25519/<64 hex>')
    }),
  )
})

test('whatever a path says, it names a key or is malformed', () => {
  const part = fc.oneof(
    fc.string({ maxLength: 200 }),
    fc.constantFrom('ed25519', 'nostr', 'npub1', '__proto__', 'toString'),
  )
  fc.assert(
    fc.property(part, part, (alg, key) => {
      try {
        expect(chainIn({ alg, key }).key).toMatch(/^[0-9a-f]{64}$/)
      } catch (error) {
        if (!(error instanceof DomainError)) throw error
        expect(error.code).toBe('malformed')
      }
    }),
  )
})

test.each([
  [undefined, true],
  ['', true],
  ['"b"', true],
  ['"a"', false],
  ['W/"a"', false],
  ['"b", "a"', false],
  ['*', false],
  ['"ab"', true],
  ['a', true],
])('If-None-Match %j against "a": send it is %s', (header, expected) => {
  expect(noneMatch(header, '"a"')).toBe(expected)
})
