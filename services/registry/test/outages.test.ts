import type { DirectoryEntry } from '@kez-chat/contracts'
import { type Database, openDatabase } from '@kez-chat/eventlog/postgres'
import { type OwnPostgres, ownPostgres } from '@kez-chat/testkit'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Tables } from '../src/projection/tables.ts'
import {
  allEvents,
  entriesOf,
  newKey,
  outcome,
  register,
  registrationOf,
  silent,
  startWorld,
  until,
  type World,
} from './rig.ts'

let postgres: OwnPostgres
let world: World
let database: Database<Tables>

beforeEach(async () => {
  postgres = await ownPostgres()
  world = await startWorld({ databaseUrl: postgres.url })
  database = openDatabase<Tables>({ url: postgres.url, schema: 'registry', log: silent })
})
afterEach(async () => {
  await world.stop()
  await database.close()
  await postgres.stop()
})

const handlesInPostgres = async (): Promise<string[]> =>
  (await database.kysely.selectFrom('handles').select('handle').orderBy('seq').execute()).map(({ handle }) => handle)

const enroll = async (count: number): Promise<DirectoryEntry[]> => {
  const entries: DirectoryEntry[] = []
  for (let i = 0; i < count; i++) entries.push(await register(world, registrationOf(newKey())))
  return entries
}

const handlesOf = (entries: DirectoryEntry[]): string[] => entries.map(({ handle }) => handle)

const caughtUp = (entries: DirectoryEntry[]): Promise<void> =>
  until(
    async () => (await handlesInPostgres().catch(() => [])).length >= entries.length,
    'Postgres holds every registration',
    60_000,
  )

test('registrations go on while Postgres is away; readiness says so; Postgres catches up when it comes', async () => {
  const app = await world.startRegistry()
  const entries = await enroll(5)
  for (const entry of entries) expect(await entriesOf(world, entry)).toEqual([entry, entry])
  await until(() => 'postgres' in app.notReady(), 'it says that Postgres is away')
  expect(app.notReady().postgres).toMatch(/^waiting: .*ECONNREFUSED/)
  await postgres.start()
  await caughtUp(entries)
  await until(() => Object.keys(app.notReady()).length === 0, 'it is ready')
  expect(await handlesInPostgres()).toEqual(handlesOf(entries))
})

test('a restart and a crash of Postgres in the middle lose no row and double none', async () => {
  await postgres.start()
  const app = await world.startRegistry()
  const entries = await enroll(10)
  await postgres.restart()
  entries.push(...(await enroll(10)))
  await postgres.kill()
  entries.push(...(await enroll(10)))
  await until(() => 'postgres' in app.notReady(), 'it says that Postgres is away')
  await postgres.start()
  await caughtUp(entries)
  expect(await handlesInPostgres()).toEqual(handlesOf(entries))
  await until(() => Object.keys(app.notReady()).length === 0, 'it is ready again')
})

test('a crash of NATS in the middle loses nothing that was answered, and what was not can be sent again', async () => {
  await postgres.start()
  const app = await world.startRegistry()
  const registrations = Array.from({ length: 60 }, () => registrationOf(newKey()))
  const answered = new Map<string, DirectoryEntry>()
  const crash = (async () => {
    await until(async () => answered.size > 10, 'registrations are under way')
    await world.nats.kill('SIGKILL')
    await until(() => 'nats' in app.notReady(), 'it says that NATS is away')
    await world.nats.restart()
  })()
  for (const registration of registrations) {
    const entry = await register(world, registration, 3_000).catch(() => undefined)
    if (entry) answered.set(entry.handle, entry)
  }
  await crash
  await until(() => world.gateway.nc.rtt().then(Boolean, () => false), 'the connection is back')
  for (const registration of registrations) {
    let entry: DirectoryEntry | undefined
    await until(async () => {
      entry = await register(world, registration, 3_000).catch(() => undefined)
      return entry !== undefined
    }, 'it is registered')
    if (entry && answered.has(entry.handle)) expect(entry).toEqual(answered.get(entry.handle))
    if (entry) answered.set(entry.handle, entry)
  }
  expect(await allEvents(await world.asRegistry())).toHaveLength(120)
  await until(() => Object.keys(app.notReady()).length === 0, 'it is ready again')
  await caughtUp([...answered.values()])
  expect((await handlesInPostgres()).length).toBe(60)
}, 120_000)

test('with nobody to answer a command is refused as unavailable', async () => {
  const app = await world.startRegistry()
  await app.stop()
  expect(await outcome(register(world, registrationOf(newKey())))).toBe('unavailable')
})

test('stopping twice, or before a start, is harmless', async () => {
  const app = await world.startRegistry()
  await app.stop()
  await app.stop()
  expect(app.notReady()).toEqual({ start: 'not started' })
})
