import { signingKeyFromSeed } from '@kez-chat/identity'
import { addressOf } from '@kez-chat/messaging'
import { expect, it } from 'vitest'
import { createAddressTable } from './address-table.ts'

const { primary } = signingKeyFromSeed(new Uint8Array(32).fill(7))
const key = `p.${primary.slice('ed25519:'.length)}`
const entry = {
  handle: 'alice',
  primary,
  server: 'localhost',
  registered_at: '2026-05-25T03:00:00Z',
  seq: 1,
  status: 'active',
}
const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value))

it('finds a registered person by the address on relays, until they are gone', () => {
  const table = createAddressTable()
  expect(table.put(key, bytes(entry))).toBe(true)
  expect(table.find(addressOf(primary))).toBe(primary)
  expect(table.size).toBe(1)
  table.put(key, undefined)
  expect(table.find(addressOf(primary))).toBeUndefined()
  expect(table.size).toBe(0)
})

it('counts a person once, whatever the keys of the directory', () => {
  const table = createAddressTable()
  table.put('h.alice', bytes(entry))
  table.put(key, bytes(entry))
  table.put(key, bytes({ ...entry, seq: 2 }))
  expect(table.size).toBe(1)
})

it('says so when an entry cannot be read, and keeps what it has', () => {
  const table = createAddressTable()
  table.put(key, bytes(entry))
  expect(table.put(key, bytes({ ...entry, primary: 'nostr:npub1' }))).toBe(false)
  expect(table.put('p.x', Uint8Array.of(0xff))).toBe(false)
  expect(table.find(addressOf(primary))).toBe(primary)
})
