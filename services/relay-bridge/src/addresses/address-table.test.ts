import { DirectoryEntry, primaryHex } from '@kez-chat/contracts'
import { signingKeyFromSeed } from '@kez-chat/identity'
import { addressOf } from '@kez-chat/messaging'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createAddressTable } from './address-table.ts'
import { takeEntry } from './follow-directory.ts'
import { createHashSlots } from './hash-slots.ts'

const person = (fill: number) => {
  const { primary } = signingKeyFromSeed(new Uint8Array(32).fill(fill))
  const entry = DirectoryEntry.parse({
    handle: `person-${fill}`,
    primary,
    server: 'localhost',
    registered_at: '2026-05-25T03:00:00Z',
    seq: fill,
    status: 'active',
  })
  return { entry, hex: primaryHex(entry.primary), address: addressOf(primary) }
}
const [alice, bob, carol] = [person(1), person(2), person(3)]
const bytes = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value))

describe('the address table', () => {
  it('finds a registered person by the address on relays, until they are gone', () => {
    const table = createAddressTable()
    expect(takeEntry(table, { key: `p.${alice.hex}`, value: bytes(alice.entry) })).toBe(true)
    expect(table.find(alice.address)).toBe(alice.hex)
    expect([...table.addresses()]).toEqual([alice.address])
    takeEntry(table, { key: `p.${alice.hex}`, value: undefined })
    expect(table.find(alice.address)).toBeUndefined()
    expect(table.size).toBe(0)
  })

  it('counts a person once, whatever the keys of the directory, and knows when nothing has changed', () => {
    const table = createAddressTable()
    takeEntry(table, { key: 'h.person-1', value: bytes(alice.entry) })
    takeEntry(table, { key: `p.${alice.hex}`, value: bytes(alice.entry) })
    const { version } = table
    takeEntry(table, { key: `p.${alice.hex}`, value: bytes({ ...alice.entry, seq: 2, nostr: 'ab'.repeat(32) }) })
    expect(table).toMatchObject({ size: 1, version })
  })

  it('says so when an entry cannot be read, and keeps what it has', () => {
    const table = createAddressTable()
    table.put(alice.hex, alice.entry)
    for (const value of [bytes({ ...alice.entry, primary: 'nostr:npub1' }), Uint8Array.of(0xff)])
      expect(takeEntry(table, { key: `p.${alice.hex}`, value })).toBe(false)
    expect(takeEntry(table, { key: 'p.x', value: bytes(alice.entry) })).toBe(false)
    expect(table.find(alice.address)).toBe(alice.hex)
  })

  it('leads from every key a person ever had to the one inbox, and from an ended identity nowhere', () => {
    const table = createAddressTable()
    table.put(alice.hex, { ...alice.entry, status: 'rotated', rotated_to: bob.entry.primary, inbox: alice.hex })
    expect(table.find(alice.address)).toBeUndefined()
    table.put(bob.hex, { ...bob.entry, status: 'rotated', rotated_to: carol.entry.primary, inbox: alice.hex })
    table.put(carol.hex, { ...carol.entry, inbox: alice.hex })
    for (const { address } of [alice, bob, carol]) expect(table.find(address)).toBe(alice.hex)
    expect([...table.addresses()].sort()).toEqual([alice, bob, carol].map(({ address }) => address).sort())
    table.put(carol.hex, { ...carol.entry, inbox: alice.hex, status: 'revoked' })
    for (const { address } of [alice, bob, carol]) expect(table.find(address)).toBeUndefined()
    expect([...table.addresses()]).toEqual([])
  })

  it('does not go round for ever when keys point at each other', () => {
    const table = createAddressTable()
    table.put(alice.hex, { ...alice.entry, status: 'rotated', rotated_to: bob.entry.primary })
    table.put(bob.hex, { ...bob.entry, status: 'rotated', rotated_to: alice.entry.primary })
    expect(table.find(alice.address)).toBeUndefined()
  })

  it('finds nothing under what is no address', () => {
    const table = createAddressTable()
    table.put(alice.hex, alice.entry)
    for (const address of ['', 'zz', 'ab'.repeat(31), alice.address.toUpperCase().slice(1)])
      expect(table.find(address)).toBeUndefined()
  })
})

it('flat slots hold what a Map holds, through growth, removals and returns', () => {
  const key = (n: number): Buffer => Buffer.alloc(32, n % 7 === 0 ? n : 0).fill(n, 16)
  const step = fc.record({ n: fc.integer({ min: 0, max: 200 }), mark: fc.integer({ min: 0, max: 3 }) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 600 }), (steps) => {
      const slots = createHashSlots(4)
      const model = new Map<string, number>()
      for (const { n, mark } of steps) {
        const hex = key(n).toString('hex')
        if (mark === 0) expect(slots.delete(key(n))).toBe(model.delete(hex))
        else {
          slots.set(key(n), mark, key(n + 1))
          model.set(hex, mark)
        }
      }
      expect(slots.size).toBe(model.size)
      for (let n = 0; n <= 200; n++) expect(slots.find(key(n))?.mark).toBe(model.get(key(n).toString('hex')))
      const listed = [...slots.entries()].map(({ key: found, mark }) => [found.toString('hex'), mark])
      expect(new Map(listed as [string, number][])).toEqual(model)
    }),
    { numRuns: 100 },
  )
})
