import { createTransportBinding } from '@kez-chat/identity'
import { expect, it } from 'vitest'
import { addressOf } from './address.ts'
import { messagingKeyFromSeed } from './messaging-key.ts'
import { transportKeyFromSeed } from './transport-key.ts'

const seed = new Uint8Array(32).fill(1)
const { primary } = messagingKeyFromSeed(seed)

it('the transport key of a seed can be bound to its identity', () => {
  const key = transportKeyFromSeed(seed)
  expect(createTransportBinding(key.secret, primary, 'kez.test').nostr).toBe(key.publicKey)
  expect(transportKeyFromSeed(new Uint8Array(32).fill(2)).publicKey).not.toBe(key.publicKey)
  expect(() => transportKeyFromSeed(new Uint8Array(16))).toThrow(expect.objectContaining({ code: 'malformed' }))
})

it('an address is a hash of the primary alone', () => {
  expect(addressOf(primary)).toMatch(/^[0-9a-f]{64}$/)
  expect(addressOf(primary)).not.toContain(primary.slice('ed25519:'.length))
})
