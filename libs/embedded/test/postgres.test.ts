import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EmbeddedPostgres, noRestart, startEmbeddedPostgres } from '../src/index.ts'
import { postgresDataPlace } from '../src/postgres/data-place.ts'

let folder = ''
let postgres: EmbeddedPostgres
const start = () =>
  startEmbeddedPostgres({ folder, databases: ['registry', 'push'], restart: noRestart, report: () => {} })

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kez-postgres-'))
  postgres = await start()
})
afterAll(async () => {
  await postgres.stop()
  rmSync(join(postgresDataPlace(folder), '..'), { recursive: true, force: true })
  rmSync(folder, { recursive: true, force: true })
})

const query = async <Row extends object>(connectionString: string, sql: string): Promise<Row[]> => {
  const client = new Client({ connectionString, connectionTimeoutMillis: 5_000 })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query<Row>(sql)).rows
  } finally {
    await client.end()
  }
}

test('the role of the services owns its databases and is no superuser', async () => {
  const [row] = await query(
    postgres.url('registry'),
    "select current_user as role, current_setting('is_superuser') as superuser",
  )
  expect(row).toEqual({ role: 'kez_chat', superuser: 'off' })
  await query(postgres.url('push'), 'create table made_here (id int)')
  await expect(query(postgres.url('registry'), 'create role another')).rejects.toThrow(/permission denied/)
})

test('it listens on loopback only, and a wrong password is refused', async () => {
  const settings = await query<{ name: string; setting: string }>(
    postgres.url('registry'),
    "select name, setting from pg_settings where name in ('listen_addresses', 'fsync') order by name",
  )
  expect(settings.map(({ setting }) => setting)).toEqual(['on', '127.0.0.1'])
  const url = new URL(postgres.url('registry'))
  url.password = 'wrong'
  await expect(query(url.href, 'select 1')).rejects.toThrow(/password authentication failed/)
})

test('passwords are private files and in no log', () => {
  for (const name of ['postgres', 'postgres-superuser']) {
    const file = join(folder, 'keys', `${name}.password`)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readFileSync(join(folder, 'logs', 'postgres.log'), 'utf8')).not.toContain(readFileSync(file, 'utf8').trim())
  }
})

test('what was committed is there after SIGKILL and a new start', async () => {
  await query(postgres.url('registry'), 'create table kept (id int)')
  await query(postgres.url('registry'), 'insert into kept values (7)')
  postgres.child().kill('SIGKILL')
  await postgres.child().exited
  postgres = await start()
  expect(await query(postgres.url('registry'), 'select id from kept')).toEqual([{ id: 7 }])
})

test('a pid file that names a process of somebody else does not keep Postgres from starting', async () => {
  await postgres.stop()
  writeFileSync(join(postgresDataPlace(folder), 'postmaster.pid'), `${process.pid}\n`)
  postgres = await start()
  expect(await query(postgres.url('registry'), 'select id from kept')).toEqual([{ id: 7 }])
})

test('files of another major version are refused, not overwritten', async () => {
  await postgres.stop()
  const file = join(postgresDataPlace(folder), 'PG_VERSION')
  const ours = readFileSync(file, 'utf8')
  writeFileSync(file, '12\n')
  await expect(start()).rejects.toMatchObject({
    code: 'postgres_unavailable',
    message: expect.stringContaining('Postgres 12'),
  })
  writeFileSync(file, ours)
  postgres = await start()
})
