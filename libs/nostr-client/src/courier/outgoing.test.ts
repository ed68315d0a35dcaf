import { primaryOf } from '@kez-chat/identity'
import { expect, test } from 'vitest'
import { createMemoryStore } from '../records.ts'
import { createOutgoing, isFinished } from './outgoing.ts'
import { absent, type OutgoingRecord, untried } from './outgoing-record.ts'

const now = 1_700_000_000_000
const hex = (n: number, bytes: number): string => n.toString(16).padStart(bytes * 2, '0')
const to = primaryOf(new Uint8Array(32).fill(7))

const record = (n: number, facts: Partial<OutgoingRecord> = {}): OutgoingRecord => ({
  ...{ v: 1, inner_id: hex(n, 16), to, sent_at: now, wake: true },
  envelope: { v: 2, eph: hex(n, 32), nonce: hex(n, 12), ct: 'AAAA' },
  author: { secret: hex(1, 32), public_key: hex(1, 32) },
  events: [{ at: now, ids: [hex(n, 32)] }],
  ...{ home: untried(now), relay: untried(now) },
  ...facts,
})

const sent = { state: 'sent', at: now, attempts: 0, next_at: null, via: 'home' } as const
const delivered = { at: now, via: 'relay' } as const

const open = async (store = createMemoryStore(), most = 3) => {
  const broken: string[] = []
  const outgoing = createOutgoing({ store, most, onBroken: (key) => void broken.push(key) })
  await outgoing.load()
  return { outgoing, store, broken }
}

test('what is outgoing survives a restart, and is found by the events it went in', async () => {
  const { outgoing, store } = await open()
  await outgoing.add(record(1))
  await outgoing.update(hex(1, 16), (before) => ({
    ...before,
    events: [...before.events, { at: now, ids: [hex(99, 32)] }],
  }))
  const { outgoing: again } = await open(store)
  expect(again.get(hex(1, 16))).toEqual(outgoing.get(hex(1, 16)))
  expect(again.byEvent(hex(1, 32))?.inner_id).toBe(hex(1, 16))
  expect(again.byEvent(hex(99, 32))?.inner_id).toBe(hex(1, 16))
  const known = again.get(hex(1, 16))
  if (known) await again.remove(known)
  expect(again.byEvent(hex(99, 32))).toBeUndefined()
  expect((await open(store)).outgoing.size).toBe(0)
})

test('a record that is none is told, left out, and kept', async () => {
  const store = createMemoryStore()
  await store.put('x', { v: 7 })
  await store.put(hex(2, 16), record(2))
  const { outgoing, broken } = await open(store)
  expect(outgoing.size).toBe(1)
  expect(broken).toEqual(['x'])
  expect(await store.entries()).toHaveLength(2)
})

test('a full queue makes room where nothing is lost, and else says that it is full', async () => {
  const { outgoing } = await open()
  await outgoing.add(record(1, { home: sent, relay: sent }))
  await outgoing.add(record(2, { home: sent, delivered }))
  await outgoing.add(record(3))
  await outgoing.add(record(4))
  expect(outgoing.get(hex(2, 16))).toBeUndefined()
  await outgoing.add(record(5))
  expect(outgoing.get(hex(1, 16))).toBeUndefined()
  await expect(outgoing.add(record(6))).rejects.toMatchObject({ code: 'full' })
  expect(outgoing.size).toBe(3)
})

test('a message is done with when it is delivered and every way is settled, or too old to be read', () => {
  const week = 7 * 24 * 3_600_000
  expect(isFinished(record(1), now)).toBe(false)
  expect(isFinished(record(1, { home: sent, relay: sent }), now)).toBe(false)
  expect(isFinished(record(1, { home: sent, relay: sent, delivered }), now)).toBe(true)
  expect(isFinished(record(1, { home: sent, delivered }), now)).toBe(false)
  expect(isFinished(record(1, { home: sent, delivered }), now + 3_600_001)).toBe(true)
  expect(isFinished(record(1, { home: absent(now), relay: absent(now) }), now)).toBe(true)
  expect(isFinished(record(1), now + week + 1)).toBe(true)
})

test('what nobody acknowledges is done with once the home server has it too, or an hour after a way took it', () => {
  const quiet = { wake: false } as const
  const hour = 3_600_000
  expect(isFinished(record(1, quiet), now + hour + 1)).toBe(false)
  expect(isFinished(record(1, { ...quiet, relay: sent, home: sent }), now)).toBe(true)
  expect(isFinished(record(1, { ...quiet, home: sent, relay: absent(now) }), now)).toBe(true)
  for (const ways of [{ home: sent }, { relay: sent }, { relay: sent, home: absent(now) }]) {
    expect(isFinished(record(1, { ...quiet, ...ways }), now + hour)).toBe(false)
    expect(isFinished(record(1, { ...quiet, ...ways }), now + hour + 1)).toBe(true)
  }
})

test('what wakes nobody and is acknowledged is kept until it is; what has vanished is done with at once', () => {
  const hour = 3_600_000
  const quiet = { wake: false, content: true, home: sent, relay: sent } as const
  expect(isFinished(record(1, quiet), now + 2 * hour)).toBe(false)
  expect(isFinished(record(1, { ...quiet, delivered }), now)).toBe(true)
  expect(isFinished(record(1, { expires_at: now + hour }), now + hour - 1)).toBe(false)
  expect(isFinished(record(1, { expires_at: now + hour }), now + hour)).toBe(true)
})

test('a full queue gives up what nobody acknowledges and one way has, before it says that it is full', async () => {
  const { outgoing } = await open(createMemoryStore(), 2)
  await outgoing.add(record(1, { wake: false }))
  await outgoing.add(record(2, { wake: false, relay: sent }))
  await outgoing.add(record(3))
  expect(outgoing.get(hex(2, 16))).toBeUndefined()
  await expect(outgoing.add(record(4))).rejects.toMatchObject({ code: 'full' })
})
