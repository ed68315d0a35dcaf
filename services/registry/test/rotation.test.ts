import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import {
  bucketName,
  chainSubject,
  type DirectoryEntry,
  directoryKey,
  identitySubject,
  Primary,
  primaryHex,
} from '@kez-chat/contracts'
import { append, openBucket } from '@kez-chat/eventlog'
import { openDatabase } from '@kez-chat/eventlog/postgres'
import {
  acceptRotation,
  createEvent,
  createTransportBinding,
  emptyChain,
  nostrSigningKey,
  type SigchainEvent,
  type Signer,
  type SigningKey,
} from '@kez-chat/identity'
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import { decideAppend } from '../src/chains/decide.ts'
import type { Tables } from '../src/projection/tables.ts'
import {
  adding,
  allEvents,
  appendChain,
  bindTransport,
  chainOfKey,
  entryAt,
  newKey,
  outcome,
  register,
  registrationOf,
  server,
  silent,
  startWorld,
  until,
  type World,
} from './rig.ts'

let world: World

beforeEach(async () => {
  world = await startWorld()
})
afterEach(() => world.stop())

const hexOf = (key: SigningKey) => primaryHex(Primary.parse(key.primary))
const rotation = (from: SigningKey, to: Signer, head = emptyChain(from.primary)): SigchainEvent =>
  createEvent(head, { op: 'rotate', acceptance: acceptRotation(head, to) }, Date.now(), from).envelope
const revocation = (key: SigningKey): SigchainEvent =>
  createEvent(emptyChain(key.primary), { op: 'revoke', subject: key.primary }, Date.now(), key).envelope

/** What of the directory is about a person and two of their keys. */
const directoryOf = async ({ handle }: DirectoryEntry, ...keys: SigningKey[]) => ({
  handle: await entryAt(world, directoryKey.handle(handle)),
  keys: await Promise.all(keys.map((key) => entryAt(world, directoryKey.primary(hexOf(key))))),
})

/** The first event of a key's chain in the log, and nothing of what follows from it. */
const chainOnly = async (key: SigningKey, event: SigchainEvent): Promise<void> => {
  const id = { alg: 'ed25519', key: hexOf(key) } as const
  const record = decideAppend(id, undefined, { ...event }, Date.now())
  await append(await world.asRegistry(), [{ subject: chainSubject(id), expectedSeq: 0, event: record }])
}

const expectRebound = async (entry: DirectoryEntry, old: SigningKey, next: SigningKey): Promise<void> => {
  const { handle, keys } = await directoryOf(entry, old, next)
  const current = { ...entry, primary: next.primary, inbox: hexOf(old), seq: expect.any(Number) }
  expect(handle).toEqual(current)
  expect(keys).toEqual([
    { ...entry, inbox: hexOf(old), status: 'rotated', rotated_to: next.primary, seq: expect.any(Number) },
    current,
  ])
}

const followed = (entry: DirectoryEntry, next: SigningKey): Promise<void> =>
  until(
    async () => (await directoryOf(entry, next)).keys[0]?.primary === Primary.parse(next.primary),
    'the directory knows the new key',
  )

test('when a rotation is answered the handle belongs to the new key, and the inbox stays where it was', async () => {
  await world.startRegistry()
  const [alice, next] = [newKey(), newKey()]
  const entry = await register(world, registrationOf(alice))
  await bindTransport(world, {
    handle: entry.handle,
    primary: alice.primary,
    ...createTransportBinding(randomBytes(32), alice.primary, server),
  })
  await appendChain(world, rotation(alice, next))
  await expectRebound(entry, alice, next)
  const own = createTransportBinding(randomBytes(32), next.primary, server)
  expect(
    await outcome(
      bindTransport(world, {
        handle: entry.handle,
        primary: alice.primary,
        ...createTransportBinding(randomBytes(32), alice.primary, server),
      }),
    ),
  ).toBe('unauthorized')
  expect(await bindTransport(world, { handle: entry.handle, primary: next.primary, ...own })).toMatchObject({
    nostr: own.nostr,
    inbox: hexOf(alice),
  })
  expect((await allEvents(await world.asRegistry())).map(({ event }) => event.type)).toEqual([
    'HandleRegistered',
    'PrimaryBound',
    'TransportBound',
    'HandleRebound',
    'PrimaryBound',
    'TransportBound',
  ])
})

test('a person may rotate again and again; the inbox keeps the first key, each old key names its successor', async () => {
  await world.startRegistry()
  const keys = Array.from({ length: 4 }, newKey)
  const [first] = keys
  if (!first) throw new TypeError('no key')
  const entry = await register(world, registrationOf(first))
  for (const [i, key] of keys.entries()) {
    const next = keys[i + 1]
    if (next) await appendChain(world, rotation(key, next))
  }
  const found = await directoryOf(entry, ...keys)
  expect(found.handle).toMatchObject({ primary: keys.at(-1)?.primary, status: 'active', inbox: hexOf(first) })
  expect(found.keys.map((one) => one?.rotated_to)).toEqual([...keys.slice(1).map(({ primary }) => primary), undefined])
})

test('when a self-revocation is answered the identity has ended: it registers nothing and binds nothing', async () => {
  await world.startRegistry()
  const [alice, stranger] = [newKey(), newKey()]
  const registration = registrationOf(alice)
  const entry = await register(world, registration)
  await appendChain(world, revocation(alice))
  await appendChain(world, revocation(stranger))
  const ended = { ...entry, status: 'revoked', seq: expect.any(Number) }
  expect(await directoryOf(entry, alice)).toEqual({ handle: ended, keys: [ended] })
  const binding = createTransportBinding(randomBytes(32), alice.primary, server)
  expect(await outcome(bindTransport(world, { handle: entry.handle, primary: alice.primary, ...binding }))).toBe(
    'identity_ended',
  )
  for (const one of [registration, registrationOf(alice), registrationOf(stranger)])
    expect(await outcome(register(world, one))).toBe('identity_ended')
  expect(await outcome(register(world, registrationOf(newKey(), { handle: entry.handle })))).toBe('handle_taken')
})

test('a key that was rotated away before it registered cannot register', async () => {
  await world.startRegistry()
  const [old, next] = [newKey(), newKey()]
  await appendChain(world, rotation(old, next))
  expect(await outcome(register(world, registrationOf(old)))).toBe('identity_ended')
  expect(await outcome(register(world, registrationOf(next)))).toBe('ok')
})

test.each<[string, () => Promise<Signer>, string]>([
  [
    'a key that has a handle',
    async () => {
      const taken = newKey()
      await register(world, registrationOf(taken))
      return taken
    },
    'primary_taken',
  ],
  [
    'a key whose own chain has ended',
    async () => {
      const ended = newKey()
      await appendChain(world, revocation(ended))
      return ended
    },
    'invalid',
  ],
  ['a key of another kind', async () => nostrSigningKey(randomBytes(32)), 'unsupported_algorithm'],
])('a person cannot rotate to %s; the chain stays as it is', async (_, make, code) => {
  await world.startRegistry()
  const [alice, next] = [newKey(), await make()]
  const entry = await register(world, registrationOf(alice))
  expect(await outcome(appendChain(world, rotation(alice, next)))).toBe(code)
  const chain = chainOfKey(alice)
  expect(await appendChain(world, chain.next(adding('github:alice')))).toMatchObject({ seq: 0 })
  expect((await directoryOf(entry, alice)).handle).toEqual(entry)
})

test('who has no handle here may rotate to whatever key', async () => {
  await world.startRegistry()
  const [old, taken] = [newKey(), newKey()]
  await register(world, registrationOf(taken))
  expect(await appendChain(world, rotation(old, taken))).toMatchObject({ status: 'rotated' })
  expect(await appendChain(world, rotation(newKey(), nostrSigningKey(randomBytes(32))))).toMatchObject({ seq: 0 })
})

const at = new Date().toISOString()

/** The places at which a registry may die on its way from a chain to a handle, one after the other. */
const steps: [string, (entry: DirectoryEntry, old: SigningKey, next: SigningKey) => Promise<void>][] = [
  ['the chain', async () => undefined],
  [
    'the batch of both bindings',
    async (entry, _, next) => {
      const log = await world.asRegistry()
      const primary = Primary.parse(next.primary)
      await append(log, [
        {
          subject: identitySubject.handle(entry.handle),
          expectedSeq: entry.seq,
          event: { type: 'HandleRebound', version: 1, handle: entry.handle, primary, previous: entry.primary, at },
        },
        {
          subject: identitySubject.primary(primaryHex(primary)),
          expectedSeq: 0,
          event: { type: 'PrimaryBound', version: 1, primary, handle: entry.handle, at },
        },
      ])
    },
  ],
  [
    'one of the three directory entries',
    async (entry, old, next) => {
      await steps[1]?.[1](entry, old, next)
      const bucket = await openBucket(await world.asRegistry(), bucketName.directory)
      const current = { ...entry, primary: next.primary, inbox: hexOf(old), seq: entry.seq + 2 }
      await bucket.put(directoryKey.handle(entry.handle), JSON.stringify(current))
    },
  ],
]

test.each(steps)('a registry that dies after %s leaves nothing that the next one does not finish', async (_, reach) => {
  const first = await world.startRegistry()
  const [alice, next] = [newKey(), newKey()]
  const entry = await register(world, registrationOf(alice))
  await first.stop()
  await chainOnly(alice, rotation(alice, next))
  await reach(entry, alice, next)
  await world.startRegistry()
  await followed(entry, next)
  await until(
    async () => (await directoryOf(entry, alice)).keys[0]?.status === 'rotated',
    'the directory knows that the old key was rotated',
  )
  await expectRebound(entry, alice, next)
  const types = (await allEvents(await world.asRegistry())).map(({ event }) => event.type)
  expect(types).toEqual(['HandleRegistered', 'PrimaryBound', 'HandleRebound', 'PrimaryBound'])
})

test('the same rotation sent again after such a death is answered when the handle has followed', async () => {
  const first = await world.startRegistry()
  const [alice, next] = [newKey(), newKey()]
  const entry = await register(world, registrationOf(alice))
  await first.stop()
  const event = rotation(alice, next)
  await chainOnly(alice, event)
  await world.startRegistry()
  expect(await appendChain(world, event)).toMatchObject({ status: 'rotated', rotated_to: next.primary })
  await expectRebound(entry, alice, next)
})

test('a revocation whose registry died is finished by the next one', async () => {
  const first = await world.startRegistry()
  const alice = newKey()
  const entry = await register(world, registrationOf(alice))
  await first.stop()
  await chainOnly(alice, revocation(alice))
  await world.startRegistry()
  await until(async () => (await directoryOf(entry)).handle?.status === 'revoked', 'the directory knows it')
  expect(await outcome(register(world, registrationOf(alice)))).toBe('identity_ended')
})

test('two rotations in a row whose registry died end at the last key, in whatever order they are taken up', async () => {
  const first = await world.startRegistry()
  const [alice, second, third] = [newKey(), newKey(), newKey()]
  const entry = await register(world, registrationOf(alice))
  await first.stop()
  await chainOnly(second, rotation(second, third))
  await chainOnly(alice, rotation(alice, second))
  await world.startRegistry()
  await followed(entry, third)
  expect((await directoryOf(entry)).handle).toMatchObject({ primary: third.primary, inbox: hexOf(alice) })
})

test('a new key that registers before the handle could follow keeps its own; the old handle has ended, and both say so', async () => {
  const first = await world.startRegistry()
  const [alice, next] = [newKey(), newKey()]
  const entry = await register(world, registrationOf(alice))
  const own = await register(world, registrationOf(next))
  await first.stop()
  await chainOnly(alice, rotation(alice, next))
  await world.startRegistry()
  await until(async () => (await directoryOf(entry)).handle?.status === 'rotated', 'the directory knows it')
  const found = await directoryOf(entry, alice, next)
  const ended = { ...entry, status: 'rotated', rotated_to: next.primary, seq: expect.any(Number) }
  expect(found).toEqual({ handle: ended, keys: [ended, own] })
})

test('of a rotation and the registration of its new key at once, through two replicas, no key ends with two handles or a handle with an ended key', async () => {
  await Promise.all([world.startRegistry(), world.startRegistry()])
  for (let round = 0; round < 10; round++) {
    const [alice, next] = [newKey(), newKey()]
    const entry = await register(world, registrationOf(alice))
    const outcomes = await Promise.all([
      outcome(appendChain(world, rotation(alice, next))),
      outcome(register(world, registrationOf(next))),
    ])
    const { handle } = await directoryOf(entry)
    if (outcomes[0] !== 'ok') expect({ outcomes, handle }).toEqual({ outcomes: ['primary_taken', 'ok'], handle: entry })
    else if (outcomes[1] === 'ok') expect(handle).toMatchObject({ status: 'rotated', rotated_to: next.primary })
    else
      expect({ outcome: outcomes[1], handle }).toMatchObject({
        outcome: 'primary_taken',
        handle: { primary: next.primary },
      })
  }
})

test('of a registration and the end of its own key at once, none is left with a handle that is called active', async () => {
  await Promise.all([world.startRegistry(), world.startRegistry()])
  for (let round = 0; round < 10; round++) {
    const key = newKey()
    const registration = registrationOf(key)
    const outcomes = await Promise.all([
      outcome(register(world, registration)),
      outcome(appendChain(world, revocation(key))),
    ])
    expect(outcomes[1]).toBe('ok')
    const entry = await entryAt(world, directoryKey.primary(hexOf(key)))
    await until(
      async () => entry === undefined || (await entryAt(world, directoryKey.primary(hexOf(key))))?.status === 'revoked',
      'the directory knows it',
    )
    expect(await outcome(register(world, registration))).toBe('identity_ended')
  }
})

test('a registry killed in the middle of rotations leaves none that the next one does not finish', async () => {
  const first = await world.startRegistry()
  const people = await Promise.all(
    Array.from({ length: 40 }, async () => {
      const key = newKey()
      return { key, next: newKey(), entry: await register(world, registrationOf(key)) }
    }),
  )
  await first.stop()
  const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
  const child = spawn(process.execPath, [main], {
    env: { ...process.env, ...world.env({ KEZ_INTERNAL_BIND: '127.0.0.1:0' }) },
    stdio: 'ignore',
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  await until(async () => (await outcome(appendChain(world, revocation(newKey())))) === 'ok', 'the registry answers')
  let answered = 0
  const flood = people.map(async ({ key, next }) => {
    if ((await outcome(appendChain(world, rotation(key, next)))) === 'ok') answered += 1
  })
  await until(() => answered > 3, 'rotations are under way')
  child.kill('SIGKILL')
  await new Promise((resolve) => child.once('exit', resolve))
  await world.startRegistry()
  const log = await world.asRegistry()
  for (const { key, next, entry } of people) {
    const id = { alg: 'ed25519', key: hexOf(key) } as const
    const stored = await log.jsm.streams.getMessage('CHAINS', { last_by_subj: chainSubject(id) })
    if (!stored) continue
    await followed(entry, next)
    await until(
      async () => (await directoryOf(entry, key)).keys[0]?.status === 'rotated',
      'the old key is known as old',
    )
    await expectRebound(entry, key, next)
  }
  await world.gateway.nc.close()
  await Promise.all(flood)
})

test('Postgres follows: the handle has its new key, the old key stays bound to it, what the old key had bound is gone', async () => {
  await world.startRegistry()
  const [alice, next, bob] = [newKey(), newKey(), newKey()]
  const entry = await register(world, registrationOf(alice))
  const revoked = await register(world, registrationOf(bob))
  await bindTransport(world, {
    handle: entry.handle,
    primary: alice.primary,
    ...createTransportBinding(randomBytes(32), alice.primary, server),
  })
  await appendChain(world, rotation(alice, next))
  await appendChain(world, revocation(bob))
  const database = openDatabase<Tables>({ url: world.databaseUrl, schema: 'registry', log: silent })
  onTestFinished(() => database.close())
  const rows = () =>
    database.kysely.selectFrom('handles').select(['handle', 'primary_id', 'status']).orderBy('seq').execute()
  await until(async () => (await rows().catch(() => [])).at(-1)?.status === 'revoked', 'Postgres has all of it')
  expect(await rows()).toEqual([
    { handle: entry.handle, primary_id: next.primary, status: 'active' },
    { handle: revoked.handle, primary_id: bob.primary, status: 'revoked' },
  ])
  const bound = await database.kysely
    .selectFrom('primaries')
    .select('primary_id')
    .where('handle', '=', entry.handle)
    .orderBy('seq')
    .execute()
  expect(bound.map((row) => row.primary_id)).toEqual([alice.primary, next.primary])
  expect(await database.kysely.selectFrom('transports').selectAll().execute()).toEqual([])
})
