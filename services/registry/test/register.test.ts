import { setTimeout as sleep } from 'node:timers/promises'
import { signEnvelope } from '@kez-chat/identity'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  allEvents,
  entriesOf,
  freshHandle,
  newKey,
  outcome,
  register,
  registrationOf,
  server,
  startWorld,
  type World,
} from './rig.ts'

let world: World

beforeAll(async () => {
  world = await startWorld()
  await world.startRegistry({ KEZ_RESERVED_HANDLES: 'ceo,press-office' })
})
afterAll(() => world.stop())

const five = 5 * 60_000
const payloadOf = (key = newKey()) => ({ ...registrationOf(key).payload, primary: key.primary })
const smallOrder = `ed25519:${'01'.padEnd(64, '0')}`

test('a registration is answered with the entry that the directory then holds under both keys', async () => {
  const key = newKey()
  const registration = registrationOf(key, { handle: 'alice' })
  const entry = await register(world, registration)
  expect(entry).toEqual({
    handle: 'alice',
    primary: key.primary,
    server,
    registered_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    seq: expect.any(Number),
    status: 'active',
  })
  expect(await entriesOf(world, entry)).toEqual([entry, entry])
  const events = (await allEvents(await world.asRegistry())).slice(-2)
  expect(events.map(({ event }) => event)).toEqual([
    {
      type: 'HandleRegistered',
      version: 1,
      handle: 'alice',
      primary: key.primary,
      server,
      at: entry.registered_at,
      registration,
    },
    { type: 'PrimaryBound', version: 1, primary: key.primary, handle: 'alice', at: entry.registered_at },
  ])
})

test.each<[string, () => unknown, string]>([
  ['another envelope tag', () => ({ ...registrationOf(newKey()), kez: 'claim' }), 'wrong_type'],
  [
    'another payload type',
    () => {
      const key = newKey()
      return signEnvelope('handle_registration', { ...payloadOf(key), type: 'kez.claim' }, key)
    },
    'wrong_type',
  ],
  [
    'another version',
    () => {
      const key = newKey()
      return signEnvelope('handle_registration', { ...payloadOf(key), version: 2 }, key)
    },
    'unknown_version',
  ],
  [
    'a signature by another key than the primary',
    () => {
      const registration = registrationOf(newKey())
      return { ...registration, signature: { ...registration.signature, key: newKey().primary } }
    },
    'key_mismatch',
  ],
  [
    'another algorithm',
    () => {
      const registration = registrationOf(newKey())
      return { ...registration, signature: { ...registration.signature, alg: 'nostr-secp256k1-schnorr-sha256-jcs' } }
    },
    'unsupported_algorithm',
  ],
  [
    'a primary that is no ed25519 key',
    () => {
      const registration = registrationOf(newKey())
      const key = 'nostr:npub10elfcs4fr0l0r8af98jlmgdh9c8tcxjvz9qkw038js35mp4dma8qzvjptg'
      return {
        ...registration,
        payload: { ...registration.payload, primary: key },
        signature: { ...registration.signature, key },
      }
    },
    'unsupported_algorithm',
  ],
  [
    'a key of small order',
    () => {
      const registration = registrationOf(newKey())
      return {
        ...registration,
        payload: { ...registration.payload, primary: smallOrder },
        signature: { ...registration.signature, key: smallOrder },
      }
    },
    'weak_key',
  ],
  [
    'a changed payload',
    () => {
      const registration = registrationOf(newKey())
      return { ...registration, payload: { ...registration.payload, handle: freshHandle() } }
    },
    'invalid_signature',
  ],
  ['another server', () => registrationOf(newKey(), { server: 'evil.example.org' }), 'wrong_server'],
  ['a handle that is too short', () => registrationOf(newKey(), { handle: 'ab' }), 'handle_invalid'],
  ['a handle that is too long', () => registrationOf(newKey(), { handle: 'a'.repeat(33) }), 'handle_invalid'],
  ['a handle in capitals', () => registrationOf(newKey(), { handle: 'Alice' }), 'handle_invalid'],
  ['a handle that starts with a dash', () => registrationOf(newKey(), { handle: '-alice' }), 'handle_invalid'],
  ['a reserved handle', () => registrationOf(newKey(), { handle: 'postmaster' }), 'handle_reserved'],
  ['a handle reserved by the operator', () => registrationOf(newKey(), { handle: 'press-office' }), 'handle_reserved'],
  ['a time too long ago', () => registrationOf(newKey(), { createdAt: Date.now() - five - 2_000 }), 'stale_timestamp'],
  ['a time too far ahead', () => registrationOf(newKey(), { createdAt: Date.now() + five + 9_000 }), 'stale_timestamp'],
  ['no payload', () => ({ kez: 'handle_registration' }), 'malformed'],
  ['nothing in it', () => ({}), 'malformed'],
  ['an array instead of an envelope', () => [], 'malformed'],
  [
    'more in the payload than belongs there',
    () => {
      const key = newKey()
      return signEnvelope('handle_registration', { ...payloadOf(key), extra: 1 }, key)
    },
    'malformed',
  ],
])('a registration with %s is refused with its own code', async (_, make, code) => {
  const before = await allEvents(await world.asRegistry())
  expect(await outcome(register(world, make()))).toBe(code)
  expect(await allEvents(await world.asRegistry())).toHaveLength(before.length)
})

test('the checks run in the order of the protocol: of several faults the first is named', async () => {
  const key = newKey()
  const wrongInAll = registrationOf(key, { handle: 'admin', server: 'evil.example.org', createdAt: 0 })
  const faults = ['wrong_server', 'handle_reserved', 'stale_timestamp']
  const fixes = [
    wrongInAll,
    registrationOf(key, { handle: 'admin', createdAt: 0 }),
    registrationOf(key, { createdAt: 0 }),
  ]
  expect(await Promise.all(fixes.map((fix) => outcome(register(world, fix))))).toEqual(faults)
  const tampered = { ...wrongInAll, signature: { ...wrongInAll.signature, sig: 'ab'.repeat(64) } }
  expect(await outcome(register(world, tampered))).toBe('invalid_signature')
  expect(await outcome(register(world, { ...tampered, kez: 'x' }))).toBe('wrong_type')
})

test('a handle is taken once, also by whom it belongs to, and an identity takes one handle', async () => {
  const [alice, bob] = [newKey(), newKey()]
  const handle = freshHandle()
  await register(world, registrationOf(alice, { handle }))
  expect(await outcome(register(world, registrationOf(bob, { handle })))).toBe('handle_taken')
  expect(await outcome(register(world, registrationOf(alice)))).toBe('primary_taken')
  const again = registrationOf(alice, { handle, createdAt: Date.now() - 1_000 })
  expect(await outcome(register(world, again))).toBe('handle_taken')
})

test('the same envelope again answers the original entry and appends nothing', async () => {
  const registration = registrationOf(newKey())
  const first = await register(world, registration)
  const before = await allEvents(await world.asRegistry())
  expect(await Promise.all([1, 2, 3].map(() => register(world, registration)))).toEqual([first, first, first])
  expect(await allEvents(await world.asRegistry())).toHaveLength(before.length)
})

test('a retry that comes after the five minutes is still answered with the original entry', async () => {
  const key = newKey()
  const createdAt = Date.now() - five + 4_000
  const registration = registrationOf(key, { createdAt })
  const first = await register(world, registration)
  await sleep(createdAt + five - Date.now() + 200)
  expect(await outcome(register(world, registrationOf(newKey(), { createdAt })))).toBe('stale_timestamp')
  expect(await register(world, registration)).toEqual(first)
})
