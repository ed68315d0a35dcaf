import { existsSync } from 'node:fs'
import { Client } from 'pg'
import { expect, test } from 'vitest'
import { startTestNats, startTestPostgres } from '../src/index.ts'

test('a test gets an empty database of its own on the shared Postgres', async () => {
  const postgres = await startTestPostgres()
  const [one, two] = [await postgres.createDatabase(), await postgres.createDatabase()]
  expect(one).not.toBe(two)
  const client = new Client({ connectionString: one })
  await client.connect()
  const { rows } = await client.query(
    "select count(*)::int as tables from information_schema.tables where table_schema = 'public'",
  )
  await client.end()
  expect(rows).toEqual([{ tables: 0 }])
  await postgres.stop()
})

test('a killed nats-server comes back on the same port with its store', async () => {
  const nats = await startTestNats()
  const health = async () => (await fetch(`${nats.monitorUrl}/healthz`)).status
  expect(await health()).toBe(200)
  const before = nats.pid()
  await nats.kill('SIGKILL')
  await expect(health()).rejects.toThrow()
  await nats.restart()
  expect(nats.pid()).not.toBe(before)
  expect(await health()).toBe(200)
  expect(nats.seeds.gateway).toMatch(/^SU[A-Z2-7]{56}$/)
  await nats.stop()
  expect(existsSync(nats.dir)).toBe(false)
})
