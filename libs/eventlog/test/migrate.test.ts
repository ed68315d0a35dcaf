import { startTestPostgres, type TestPostgres } from '@kez-chat/testkit'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, MigrationFailed, type Migrations, migrate, openDatabase } from '../src/postgres/index.ts'
import { silent } from './rig.ts'

let postgres: TestPostgres
let url: string
let database: Database<unknown>
beforeAll(async () => {
  postgres = await startTestPostgres()
  url = await postgres.createDatabase()
  database = openDatabase({ url, schema: 'things', log: silent })
})
afterAll(async () => {
  await database.close()
  await postgres.stop()
})

const step = (statement: string): Migrations[string] => ({
  up: async (db) => {
    await sql.raw(statement).execute(db)
  },
})

const old: Migrations = { '2026-01-01T00:00:00Z-a': step('create table a (id integer primary key, name text)') }
const upgrade = (last: Migrations[string]): Migrations => ({
  ...old,
  '2026-02-01T00:00:00Z-b': step('create table b as select id from a'),
  '2026-02-02T00:00:00Z-c': step('alter table a drop column name'),
  '2026-02-03T00:00:00Z-d': last,
})

const names = async (): Promise<unknown[]> =>
  (await sql<{ name: string }>`select name from a`.execute(database.kysely)).rows

test('an upgrade whose last step fails leaves the tables to the version before, which goes on with them', async () => {
  await migrate(database.kysely, database.schema, old)
  await sql`insert into a values (1, 'kept')`.execute(database.kysely)
  const failing = migrate(database.kysely, database.schema, upgrade(step('create table a (id text)')))
  await expect(failing).rejects.toBeInstanceOf(MigrationFailed)
  await expect(failing).rejects.toThrow('2026-02-03T00:00:00Z-d')

  await migrate(database.kysely, database.schema, old)
  expect(await names()).toEqual([{ name: 'kept' }])
  await expect(sql`select from b`.execute(database.kysely)).rejects.toThrow(/does not exist/)
})

test('an upgrade whose process dies in the middle leaves nothing of it, and runs to its end the next time', async () => {
  const dying = openDatabase({ url, schema: 'things', log: silent })
  const cut: Migrations[string] = {
    up: async (db) => {
      await sql`select pg_terminate_backend(pg_backend_pid())`.execute(db)
    },
  }
  await expect(migrate(dying.kysely, dying.schema, upgrade(cut))).rejects.toBeInstanceOf(MigrationFailed)
  await dying.close()
  expect(await names()).toEqual([{ name: 'kept' }])

  await migrate(database.kysely, database.schema, upgrade(step('create table d (id integer)')))
  const { rows } = await sql`select id from b`.execute(database.kysely)
  expect(rows).toEqual([{ id: 1 }])
})

test('tables that a newer version made are refused by an older one, and left alone', async () => {
  await expect(migrate(database.kysely, database.schema, old)).rejects.toBeInstanceOf(MigrationFailed)
  const { rows } = await sql`select id from b`.execute(database.kysely)
  expect(rows).toEqual([{ id: 1 }])
})
