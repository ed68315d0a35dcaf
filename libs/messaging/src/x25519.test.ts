import { fromHex, signingKeyFromSeed } from '@kez-chat/identity'
import { describe, expect, it } from 'vitest'
import { messagingKeyFromSeed } from './messaging-key.ts'
import { agree, exchangeKeyOf } from './x25519.ts'

const weak = expect.objectContaining({ name: 'MessageError', code: 'weak_key' })
const alice = messagingKeyFromSeed(new Uint8Array(32).fill(1))
const bob = messagingKeyFromSeed(new Uint8Array(32).fill(2))

// u = 0, 1, the two points of order 8, p − 1, and p, p + 1: the low-order points of Curve25519 and its twist.
const LOW_ORDER = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
]

describe('key agreement', () => {
  it('gives both ends the same secret', () => {
    expect(alice.agree(bob.exchangeKey)).toEqual(bob.agree(alice.exchangeKey))
    expect(exchangeKeyOf(bob.publicKey)).toEqual(bob.exchangeKey)
  })

  it.each(LOW_ORDER)('refuses the all-zero secret with %s', (u) => {
    expect(() => agree(new Uint8Array(32).fill(9), fromHex(u, 32))).toThrow(weak)
  })

  it('refuses to convert an identity key that is not sound', () => {
    for (const key of ['00'.repeat(32), `01${'00'.repeat(31)}`, `02${'00'.repeat(31)}`, 'ff'.repeat(32)]) {
      expect(() => exchangeKeyOf(fromHex(key, 32))).toThrow(weak)
    }
  })

  it('keeps the identity of the seed', () => {
    const seed = new Uint8Array(32).fill(1)
    expect(alice.primary).toBe(signingKeyFromSeed(seed).primary)
    expect(JSON.stringify(alice)).not.toContain(Buffer.from(seed).toString('hex'))
    expect(() => messagingKeyFromSeed(new Uint8Array(31))).toThrow(expect.objectContaining({ code: 'malformed' }))
  })
})
