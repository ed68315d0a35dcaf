import { signingKeyFromSeed } from '@kez-chat/identity'
import { addressOf } from '@kez-chat/messaging'
import { expect, test } from 'vitest'
import { createTransportKeys } from './transport-keys.ts'

const { primary } = signingKeyFromSeed(new Uint8Array(32).fill(7))
const [first, second] = ['a'.repeat(64), 'b'.repeat(64)]
const entry = (changes: object) => {
  const known = {
    handle: 'alice',
    primary,
    server: 'localhost',
    registered_at: '2026-05-25T03:00:00Z',
    seq: 1,
    status: 'active',
  }
  return new TextEncoder().encode(JSON.stringify({ ...known, ...changes }))
}

test('a transport key leads to the address of whom it is bound to now', () => {
  const keys = createTransportKeys()
  const known = () => [first, second].map((key) => keys.addressOf(key))
  keys.put({ key: 'h.alice', value: entry({}) })
  expect(known()).toEqual([undefined, undefined])
  keys.put({ key: 'h.alice', value: entry({ nostr: first }) })
  keys.put({ key: `p.${primary.slice(8)}`, value: entry({ nostr: second }) })
  expect(known()).toEqual([addressOf(primary), undefined])
  keys.put({ key: 'h.alice', value: entry({ nostr: second }) })
  expect(known()).toEqual([undefined, addressOf(primary)])
  keys.put({ key: 'h.alice', value: entry({ nostr: second, status: 'revoked' }) })
  expect(known()).toEqual([undefined, undefined])
})

test('what cannot be read, or is gone, is bound to nobody', () => {
  const keys = createTransportKeys()
  for (const value of [Uint8Array.of(0xff), new Uint8Array(), undefined]) {
    keys.put({ key: 'h.alice', value: entry({ nostr: first }) })
    keys.put({ key: 'h.alice', value })
    expect(keys.addressOf(first)).toBeUndefined()
  }
})
