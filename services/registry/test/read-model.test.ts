import { randomBytes } from 'node:crypto'
import { identityStream, identitySubject } from '@kez-chat/contracts'
import { append } from '@kez-chat/eventlog'
import { type Database, openDatabase } from '@kez-chat/eventlog/postgres'
import { createTransportBinding } from '@kez-chat/identity'
import { type App, createLog } from '@kez-chat/runtime'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { runAdmin } from '../src/admin/run-admin.ts'
import { loadConfig } from '../src/config.ts'
import type { Tables } from '../src/projection/tables.ts'
import {
  adding,
  allEvents,
  appendChain,
  bindTransport,
  chainOfKey,
  entriesOf,
  freshHandle,
  loseStore,
  metric,
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
let app: App
let database: Database<Tables>

beforeEach(async () => {
  world = await startWorld()
  app = await world.startRegistry()
  database = openDatabase<Tables>({ url: world.databaseUrl, schema: 'registry', log: silent })
})
afterEach(async () => {
  await database.close()
  await world.stop()
})

const admin = (action: string): Promise<string> => runAdmin(action, loadConfig(world.env()), silent)

const enroll = async (bindings: number) => {
  const key = newKey()
  const registration = registrationOf(key)
  const entry = await register(world, registration)
  for (let i = 0; i < bindings; i++)
    await bindTransport(world, {
      handle: entry.handle,
      primary: key.primary,
      ...createTransportBinding(randomBytes(32), key.primary, server),
    })
  return { key, registration, entry: (await entriesOf(world, entry))[0] ?? entry }
}

const snapshot = async () => ({
  handles: await database.kysely.selectFrom('handles').selectAll().orderBy('handle').execute(),
  primaries: await database.kysely.selectFrom('primaries').selectAll().orderBy('handle').execute(),
  transports: await database.kysely.selectFrom('transports').selectAll().orderBy('handle').execute(),
})

/** Waits until the tables hold everything that the log holds. */
const settled = async (): Promise<number> => {
  const last = (await allEvents(await world.asRegistry())).at(-1)?.seq ?? 0
  await until(async () => {
    const { rows } = await sql<{ seq: string }>`select seq from projection_cursor`
      .execute(database.kysely)
      .catch(() => ({ rows: [] }))
    return Number(rows[0]?.seq) === last
  }, `the tables hold everything up to ${last}`)
  return last
}

/** Waits until the read model knows one chain of this length. */
const chainSettled = (length: number): Promise<void> =>
  until(async () => {
    const { rows } = await sql<{ length: number }>`select length from sigchains.chains`
      .execute(database.kysely)
      .catch(() => ({ rows: [] }))
    return rows[0]?.length === length
  }, `the tables hold a chain of ${length}`)

test('Postgres holds how each sigchain stands', async () => {
  const key = newKey()
  const chain = chainOfKey(key)
  await appendChain(world, chain.next(adding('github:alice')))
  const head = await appendChain(world, chain.next({ op: 'revoke', subject: key.primary }))
  await chainSettled(2)
  const { rows } = await sql`select * from sigchains.chains`.execute(database.kysely)
  expect(rows).toMatchObject([{ primary_id: key.primary, length: 2, hash: head.hash, status: 'revoked', seq: '2' }])
})

test('Postgres holds who registered with which signed envelope, and the transport key of now', async () => {
  const { entry, registration } = await enroll(2)
  await settled()
  const { handles, primaries, transports } = await snapshot()
  expect(handles).toEqual([
    {
      handle: entry.handle,
      primary_id: entry.primary,
      server,
      registered_at: new Date(entry.registered_at),
      registration,
      status: 'active',
      seq: '1',
    },
  ])
  expect(primaries).toMatchObject([{ primary_id: entry.primary, handle: entry.handle, seq: '2' }])
  expect(transports).toMatchObject([{ handle: entry.handle, nostr: entry.nostr, seq: String(entry.seq) }])
  expect(await metric(app, 'kez_registry_projection_lag_events')).toBe(0)
  expect(await metric(app, 'kez_registry_commands_total', 'command="bind_transport",outcome="ok"')).toBe(2)
})

test('an event in the log that no version knows stops the projection, is reported, and registrations go on', async () => {
  await enroll(0)
  const log = await world.asRegistry()
  const event = { type: 'HandleRegistered', version: 99 }
  const [poison] = await append(log, [{ subject: identitySubject.handle(freshHandle()), expectedSeq: 0, event }])
  await until(() => app.notReady().postgres?.startsWith('stopped') ?? false, 'it says so')
  expect(app.notReady().postgres).toContain(`event ${poison} is not one this version knows`)
  expect(await metric(app, 'kez_registry_projection_stopped')).toBe(1)
  const after = await enroll(0)
  expect(await entriesOf(world, after.entry)).toEqual([after.entry, after.entry])
  expect((await snapshot()).handles).toHaveLength(1)
})

test('whatever goes wrong, no handle and no key is written to the log', async () => {
  await app.stop()
  const lines: string[] = []
  const log = createLog('registry', 'trace', { write: (line) => void lines.push(line) })
  app = await world.startRegistry({}, log)
  const { entry, key } = await enroll(1)
  expect(await outcome(register(world, registrationOf(newKey(), { handle: entry.handle })))).toBe('handle_taken')
  await settled()
  const again = {
    type: 'HandleRegistered',
    version: 1,
    handle: entry.handle,
    primary: key.primary,
    server,
    registration: {},
  }
  await append(await world.asRegistry(), [
    {
      subject: identitySubject.handle(entry.handle),
      expectedSeq: entry.seq,
      event: { ...again, at: entry.registered_at },
    },
  ])
  await until(() => app.notReady().postgres?.startsWith('stopped') ?? false, 'the projection stops')
  expect(await outcome(register(world, registrationOf(newKey(), { handle: entry.handle })))).toBe('unavailable')
  const written = lines.join('')
  expect(written).toContain('a projection stopped')
  expect(written).toContain('registers a handle a second time')
  for (const secret of [entry.handle, key.primary.slice(8)]) expect(written).not.toContain(secret)
})

test('an event on a subject where it does not belong is poison', async () => {
  const log = await world.asRegistry()
  const { entry } = await enroll(0)
  const event = {
    type: 'PrimaryBound',
    version: 1,
    primary: entry.primary,
    handle: entry.handle,
    at: entry.registered_at,
  }
  await append(log, [{ subject: identitySubject.handle(freshHandle()), expectedSeq: 0, event }])
  await until(
    () => app.notReady().postgres?.includes('is a PrimaryBound on a subject where it does not belong') ?? false,
    'it says so',
  )
})

test('rebuilt tables equal those that were written event by event, and go on under a running registry', async () => {
  for (let i = 0; i < 12; i++) await enroll(i % 3)
  await settled()
  const before = await snapshot()
  expect(before.transports).toHaveLength(8)
  await sql`update handles set server = 'damaged'`.execute(database.kysely)
  expect(await admin('rebuild')).toMatch(/^The tables were made anew from 36 events\./)
  expect(await snapshot()).toEqual(before)
  await enroll(1)
  await settled()
  expect((await snapshot()).handles).toHaveLength(13)
})

test('drill: a lost log and directory come back up to the recovery point, and everybody keeps their handle', async () => {
  const people = []
  for (let i = 0; i < 10; i++) people.push(await enroll(i % 2))
  const chain = chainOfKey(newKey())
  const [first, second] = [chain.next(adding('github:alice')), chain.next(adding('dns:example.org'))]
  const head = [await appendChain(world, first), await appendChain(world, second)].at(-1)
  await chainSettled(2)
  expect(await admin('verify-chains-archive')).toMatch(/^2 events .* All of them are in the archive, byte for byte\.$/)
  const last = await settled()
  expect(await admin('verify-archive')).toBe(
    `25 events up to ${last} were compared. All of them are in the archive, byte for byte.`,
  )
  await expect(admin('restore')).rejects.toThrow('The bucket directory still holds entries')
  await app.stop()
  await loseStore(world.nats)
  expect(await admin('restore')).toMatch(
    new RegExp(`^25 events are back\\. Recovery point: event ${last}, stored \\d{4}-.*what came after it is lost`),
  )
  expect(await admin('rebuild')).toContain('made anew from 25 events')
  expect(await admin('restore-chains')).toMatch(/^2 events are back\..*Now run "rebuild-chains"/)
  expect(await admin('rebuild-chains')).toContain('made anew from 2 events')
  await until(() => world.gateway.nc.rtt().then(Boolean, () => false), 'the connection is back')
  const next = await world.startRegistry()
  for (const { entry, registration, key } of people) {
    await until(
      () =>
        entriesOf(world, entry)
          .then((found) => found.every((one) => one !== undefined))
          .catch(() => false),
      `${entry.handle} is listed again`,
    )
    for (const found of await entriesOf(world, entry)) {
      expect(found).toEqual({ ...entry, seq: expect.any(Number) })
      expect(found?.seq).toBeGreaterThan(last + 1_000_000)
    }
    expect((await register(world, registration)).registered_at).toBe(entry.registered_at)
    expect(await outcome(register(world, registrationOf(newKey(), { handle: entry.handle })))).toBe('handle_taken')
    expect(await outcome(register(world, registrationOf(key)))).toBe('primary_taken')
  }
  await enroll(1)
  await settled()
  expect(await appendChain(world, second)).toEqual(head)
  expect(await appendChain(world, chain.next(adding('web:example.org')))).toMatchObject({ seq: 2 })
  await chainSettled(3)
  expect(next.notReady()).toEqual({})
  expect(await admin('verify-archive')).toContain('28 events')
}, 120_000)

test('tables made from a log that is gone stop the projection and are not overwritten', async () => {
  await enroll(0)
  await settled()
  await app.stop()
  await loseStore(world.nats)
  const next = await world.startRegistry()
  await until(() => next.notReady().postgres?.startsWith('stopped') ?? false, 'it says so')
  expect(next.notReady().postgres).toMatch(
    /the tables were made from IDENTITY of .*restore the stream from the archive/,
  )
  expect((await snapshot()).handles).toHaveLength(1)
})

test('a registry does not start on a drifted stream, and says what differs and what to do', async () => {
  await app.stop()
  await loseStore(world.nats)
  const log = await world.asRegistry()
  await log.jsm.streams.add({ ...identityStream({ replicas: 1, inboxStreams: 1 }), deny_purge: false })
  const attempt = world.startRegistry()
  await expect(attempt).rejects.toThrow('The stream IDENTITY exists with a configuration that this version cannot use:')
  await expect(attempt).rejects.toThrow('  - deny_purge: have false, want true')
  await expect(attempt).rejects.toThrow('kez admin streams apply')
})

test('an unknown action of the administration is answered with those there are', async () => {
  await expect(admin('explode')).rejects.toThrow(
    'Say what to do: rebuild, verify-archive, restore, rebuild-chains, verify-chains-archive, restore-chains.',
  )
})
