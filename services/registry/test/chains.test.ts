import { randomBytes } from 'node:crypto'
import { chainSubject, maxChainBytes, maxChainEventBytes, maxChainEvents, streamName } from '@kez-chat/contracts'
import { append } from '@kez-chat/eventlog'
import { readSubject } from '@kez-chat/eventlog/messages'
import { acceptRotation, createEvent, nostrSigningKey, primaryHex, type SigchainEvent } from '@kez-chat/identity'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadChainEnd } from '../src/chains/load.ts'
import { adding, appendChain, chainOfKey, newKey, outcome, startWorld, type World } from './rig.ts'

let world: World

beforeAll(async () => {
  world = await startWorld()
  await Promise.all([world.startRegistry(), world.startRegistry()])
})
afterAll(() => world.stop())

const stored = async (key: ReturnType<typeof newKey>) => {
  const subject = chainSubject({ alg: 'ed25519', key: primaryHex(key.primary) })
  const found = await readSubject(world.gateway, streamName.chains, { subject, from: 1 })
  return found.map(({ data }) => JSON.parse(new TextDecoder().decode(data)).event)
}

test('events are appended one after the other, and each answer is the head that the event made', async () => {
  const key = newKey()
  const chain = chainOfKey(key)
  const events = ['dns:example.org', 'github:alice', 'web:example.org'].map((subject) => chain.next(adding(subject)))
  for (const [seq, event] of events.entries())
    expect(await appendChain(world, event)).toMatchObject({
      primary: key.primary,
      seq,
      length: seq + 1,
      status: 'active',
      hash: events[seq + 1]?.payload.prev ?? chain.head.head,
    })
  expect(await stored(key)).toEqual(events)
})

test('a nostr key has a chain too', async () => {
  const key = nostrSigningKey(randomBytes(32))
  const chain = chainOfKey(key)
  expect(await appendChain(world, chain.next(adding('github:alice')))).toMatchObject({ primary: key.primary, seq: 0 })
  expect(await appendChain(world, chain.next(adding('github:bob')))).toMatchObject({ seq: 1 })
})

test('of 20 events for one place through two replicas one is appended and 19 hear chain_conflict', async () => {
  const key = newKey()
  const chain = chainOfKey(key)
  await appendChain(world, chain.next(adding('github:alice')))
  const rivals = Array.from({ length: 20 }, (_, i) => chain.draft(adding(`github:rival-${i}`)))
  const outcomes = await Promise.all(rivals.map((event) => outcome(appendChain(world, event))))
  expect(outcomes.toSorted()).toEqual([...Array.from({ length: 19 }, () => 'chain_conflict'), 'ok'])
  expect((await stored(key))[1]).toEqual(rivals[outcomes.indexOf('ok')])
  expect(await stored(key)).toHaveLength(2)
})

test('one event sent 20 times at once is one event, and all 20 hear the same answer', async () => {
  const key = newKey()
  const event = chainOfKey(key).next(adding('github:alice'))
  const heads = await Promise.all(Array.from({ length: 20 }, () => appendChain(world, event)))
  expect(new Set(heads.map((head) => JSON.stringify(head))).size).toBe(1)
  expect(await stored(key)).toHaveLength(1)
})

test('an event sent again gets its first answer, also when others followed and when it ended the chain', async () => {
  const key = newKey()
  const chain = chainOfKey(key)
  const events = [chain.next(adding('github:a')), chain.next(adding('github:b'))]
  events.push(chain.next({ op: 'revoke', subject: key.primary }))
  const heads = []
  for (const event of events) heads.push(await appendChain(world, event))
  expect(heads.at(-1)).toMatchObject({ status: 'revoked', seq: 2 })
  for (const [i, event] of events.entries()) expect(await appendChain(world, event)).toEqual(heads[i])
  expect(await stored(key)).toEqual(events)
})

test('after a rotation and after a self-revocation the old key appends nothing', async () => {
  const [revoked, rotated, successor] = [newKey(), newKey(), newKey()]
  const [first, second] = [chainOfKey(revoked), chainOfKey(rotated)]
  const lateRevoked = first.draft(adding('github:late'))
  const lateRotated = second.draft(adding('github:late'))
  await appendChain(world, first.next({ op: 'revoke', subject: revoked.primary }))
  const acceptance = acceptRotation(second.head, successor)
  expect(await appendChain(world, second.next({ op: 'rotate', acceptance }))).toMatchObject({
    status: 'rotated',
    rotated_to: successor.primary,
  })
  expect(await outcome(appendChain(world, lateRevoked))).toBe('identity_ended')
  expect(await outcome(appendChain(world, lateRotated))).toBe('identity_ended')
})

const tampered = (event: SigchainEvent, change: object): SigchainEvent => ({ ...event, ...change })

test.each<[string, (key: ReturnType<typeof newKey>) => SigchainEvent | Promise<SigchainEvent>, string]>([
  [
    'a place beyond the end',
    (key) => {
      const chain = chainOfKey(key)
      chain.next(adding('github:skipped'))
      return chain.next(adding('github:alice'))
    },
    'chain_conflict',
  ],
  [
    'a tampered payload',
    (key) => {
      const event = chainOfKey(key).next(adding('github:alice'))
      return tampered(event, { payload: { ...event.payload, payload: { subject: 'github:mallory' } } })
    },
    'invalid_signature',
  ],
  ['another tag', (key) => tampered(chainOfKey(key).next(adding('github:alice')), { kez: 'claim' }), 'wrong_type'],
  [
    'an unknown version',
    (key) => {
      const event = chainOfKey(key).next(adding('github:alice'))
      return tampered(event, { payload: { ...event.payload, version: 2 } })
    },
    'unknown_version',
  ],
  [
    'a date in the future',
    (key) => chainOfKey(key).next(adding('github:alice'), Date.now() + 10 * 60_000),
    'stale_timestamp',
  ],
  ['nothing inside', (key) => tampered(chainOfKey(key).next(adding('github:alice')), { payload: {} }), 'malformed'],
])('%s is refused and changes nothing', async (_, make, code) => {
  const key = newKey()
  expect(await outcome(appendChain(world, await make(key)))).toBe(code)
  expect(await stored(key)).toEqual([])
})

test("an event is refused at another key's chain", async () => {
  const other = { alg: 'ed25519', key: primaryHex(newKey().primary) }
  expect(await outcome(appendChain(world, chainOfKey(newKey()).next(adding('github:alice')), other))).toBe(
    'key_mismatch',
  )
})

test('an event dated before the one it follows is refused', async () => {
  const key = newKey()
  const chain = chainOfKey(key)
  await appendChain(world, chain.next(adding('github:a')))
  const { envelope } = createEvent({ ...chain.head, lastCreatedAt: 0 }, adding('github:b'), Date.now() - 60_000, key)
  expect(await outcome(appendChain(world, envelope))).toBe('invalid')
})

test('an event that no version knows stops appends to its chain alone', async () => {
  const key = newKey()
  const id = { alg: 'ed25519', key: primaryHex(key.primary) } as const
  const log = await world.asRegistry()
  await append(log, [{ subject: chainSubject(id), expectedSeq: 0, event: { type: 'Surprise', version: 9 } }])
  await expect(loadChainEnd(log, id)).rejects.toThrow('is not one this version knows')
  expect(await outcome(appendChain(world, chainOfKey(key).next(adding('github:a'))))).toBe('unavailable')
  expect(await outcome(appendChain(world, chainOfKey(newKey()).next(adding('github:a'))))).toBe('ok')
})

/** A chain whose last event says that it is this long. */
const longChain = async (shape: { seq: number; bytes: number }) => {
  const key = newKey()
  const chain = chainOfKey(key)
  const event = chain.next(adding('github:alice'))
  const id = { alg: 'ed25519', key: primaryHex(key.primary) } as const
  const at = new Date().toISOString()
  const hash = chain.head.head ?? ''
  const fields = { type: 'ChainEventAppended', version: 1, status: 'active', primary: key.primary, hash, event }
  await append(await world.asRegistry(), [
    { subject: chainSubject(id), expectedSeq: 0, event: { ...fields, created_at: at, at, ...shape } },
  ])
  return { key, head: { ...chain.head, length: shape.seq + 1, lastCreatedAt: Date.parse(at) } }
}

test.each([
  ['events', { seq: maxChainEvents - 2, bytes: 1_000 }],
  ['bytes', { seq: 5, bytes: maxChainBytes - maxChainEventBytes }],
])('a chain that is full of %s takes nothing more, and can still be ended', async (_, shape) => {
  const { key, head } = await longChain(shape)
  const more = createEvent(head, adding('github:bob'), Date.now(), key).envelope
  expect(await outcome(appendChain(world, more))).toBe('too_large')
  const end = createEvent(head, { op: 'revoke', subject: key.primary }, Date.now(), key).envelope
  expect(await appendChain(world, end)).toMatchObject({ status: 'revoked' })
})
