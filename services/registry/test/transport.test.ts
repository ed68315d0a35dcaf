import { randomBytes } from 'node:crypto'
import type { DirectoryEntry } from '@kez-chat/contracts'
import { createTransportBinding, type SigningKey } from '@kez-chat/identity'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { maxBindings } from '../src/transports/decide.ts'
import {
  bindTransport,
  entriesOf,
  newKey,
  outcome,
  personEvents,
  register,
  registrationOf,
  server,
  startWorld,
  type World,
} from './rig.ts'

let world: World
let alice: SigningKey
let entry: DirectoryEntry

beforeAll(async () => {
  world = await startWorld()
  await Promise.all([world.startRegistry(), world.startRegistry()])
})
afterAll(() => world.stop())
beforeEach(async () => {
  alice = newKey()
  entry = await register(world, registrationOf(alice))
})

const binding = (key = alice, at = server) => createTransportBinding(randomBytes(32), key.primary, at)
const command = (bound = binding()) => ({ handle: entry.handle, primary: alice.primary, ...bound })

test('a bound transport key is in the directory when the answer comes', async () => {
  const bound = binding()
  const after = await bindTransport(world, command(bound))
  expect(after).toEqual({ ...entry, nostr: bound.nostr, seq: expect.any(Number) })
  expect(after.seq).toBeGreaterThan(entry.seq)
  expect(await entriesOf(world, entry)).toEqual([after, after])
})

test('the same key again changes nothing, another one replaces it', async () => {
  const first = command()
  const after = await bindTransport(world, first)
  const before = await personEvents(await world.asRegistry())
  expect(await bindTransport(world, first)).toEqual(after)
  expect(await personEvents(await world.asRegistry())).toHaveLength(before.length)
  const second = command()
  expect((await bindTransport(world, second)).nostr).toBe(second.nostr)
  expect((await entriesOf(world, entry))[0]?.nostr).toBe(second.nostr)
})

test('a retry of the registration still answers its original entry, and does not take the key out of the directory', async () => {
  const key = newKey()
  const registration = registrationOf(key)
  const original = await register(world, registration)
  const bound = binding(key)
  await bindTransport(world, { handle: original.handle, primary: key.primary, ...bound })
  expect(await register(world, registration)).toEqual(original)
  for (const found of await entriesOf(world, original)) expect(found?.nostr).toBe(bound.nostr)
})

test.each<[string, () => unknown, string]>([
  ['a proof for another identity', () => command(binding(newKey())), 'invalid'],
  ['a proof for another server', () => command(binding(alice, 'evil.example.org')), 'invalid'],
  ['a proof by another transport key', () => command({ ...binding(), nostr: binding().nostr }), 'invalid'],
  ['a tampered proof', () => command({ ...binding(), proof: 'ab'.repeat(64) }), 'invalid'],
  ['a proof that is no hex', () => command({ ...binding(), proof: 'XY'.repeat(64) }), 'malformed'],
  [
    'a handle of somebody else',
    () => {
      const mallory = newKey()
      return { handle: entry.handle, primary: mallory.primary, ...binding(mallory) }
    },
    'unauthorized',
  ],
  ['a handle nobody has', () => ({ ...command(), handle: 'nobody-here' }), 'not_found'],
])('%s binds nothing', async (_, make, code) => {
  expect(await outcome(bindTransport(world, make()))).toBe(code)
  expect((await entriesOf(world, entry))[0]).toEqual(entry)
})

test('of many keys bound at once through two replicas every one is kept in the log, and the directory ends with the last', async () => {
  await Promise.all(Array.from({ length: 6 }, () => bindTransport(world, command())))
  const events = (await personEvents(await world.asRegistry())).filter(({ event }) => event.handle === entry.handle)
  const bound = events.flatMap(({ event }) => (event.type === 'TransportBound' ? [event.nostr] : []))
  expect(bound).toHaveLength(6)
  for (const found of await entriesOf(world, entry)) expect(found).toMatchObject({ nostr: bound.at(-1) })
})

test(`a key can be changed ${maxBindings} times, so that a history stays short`, async () => {
  for (let i = 0; i < maxBindings; i++) await bindTransport(world, command())
  expect(await outcome(bindTransport(world, command()))).toBe('invalid')
})
