import { startTestPostgres, type TestPostgres } from '@kez-chat/testkit'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { append, ensureStream } from '../src/index.ts'
import {
  type Database,
  type ProjectionOptions,
  type RunningProjection,
  rebuildProjection,
  runProjection,
} from '../src/postgres/index.ts'
import { connect, freshSubject, loseStore, type Rig, silent, spec, startRig, until } from './rig.ts'
import { migrateTally, openTally, rows, type Tables, tally } from './tally.ts'

let postgres: TestPostgres
let rig: Rig
let database: Database<Tables>
let stops: (() => Promise<void>)[]

beforeAll(async () => {
  postgres = await startTestPostgres()
})
afterAll(() => postgres.stop())

beforeEach(async () => {
  rig = await startRig()
  await ensureStream(rig.log.jsm, spec)
  database = openTally(await postgres.createDatabase())
  await migrateTally(database)
  stops = []
})
afterEach(async () => {
  for (const stop of stops) await stop()
  await database.close()
  await rig.stop()
})

const note = async (...notes: string[]): Promise<number[]> =>
  append(
    rig.log,
    notes.map((text) => ({ subject: freshSubject(), expectedSeq: 0, event: { note: text } })),
  )

type RunOptions = Pick<ProjectionOptions<{ note: string }, Tables>, 'around'> & {
  database?: Database<Tables>
  log?: typeof rig.log
}

const run = (options: RunOptions = {}): RunningProjection => {
  const running = runProjection<{ note: string }, Tables>({
    jetstream: options.log ?? rig.log,
    database: options.database ?? database,
    projection: tally,
    log: silent,
    ...(options.around ? { around: options.around } : {}),
  })
  stops.unshift(() => running.stop())
  return running
}

const count = async (): Promise<number> => (await rows(database)).length
const notes = async (): Promise<string[]> => (await rows(database)).map((row) => row.note)
const archived = async (): Promise<{ seq: number; text: string }[]> =>
  (
    await sql<{ seq: string; data: Buffer }>`select seq, data from event_archive.events order by seq`.execute(
      database.kysely,
    )
  ).rows.map(({ seq, data }) => ({ seq: Number(seq), text: data.toString() }))

test('what was there before and what comes later is applied once, in order, and archived byte for byte', async () => {
  const texts = Array.from({ length: 700 }, (_, i) => `n${i}`)
  const seqs = [...(await note(...texts))]
  const running = run()
  await until(async () => (await count()) === 700, 'history is applied')
  seqs.push(...(await note('later')))
  await until(async () => (await count()) === 701, 'the live event is applied')
  const want = [...texts, 'later'].map((text, i) => ({ seq: seqs[i], note: text }))
  expect(await rows(database)).toEqual(want)
  expect(await archived()).toEqual(want.map(({ seq, note: text }) => ({ seq, text: JSON.stringify({ note: text }) })))
  expect(running.status()).toMatchObject({ state: 'following', behind: 0, seq: seqs.at(-1) })
})

test('batches are told apart: what was there before is caught up with, what comes later is live', async () => {
  const before = await note('a', 'b', 'c')
  const batches: { seqs: number[]; isLive: boolean }[] = []
  run({
    around: (events, isLive, write) => {
      batches.push({ seqs: events.map(({ seq }) => seq), isLive })
      return write()
    },
  })
  await until(async () => (await count()) === 3, 'history is applied')
  const after = await note('d')
  await until(async () => (await count()) === 4, 'the live event is applied')
  const seqsOf = (live: boolean) => batches.filter(({ isLive }) => isLive === live).flatMap(({ seqs }) => seqs)
  expect([seqsOf(false), seqsOf(true)]).toEqual([before, after])
})

test('a restart goes on after the cursor', async () => {
  await note('a', 'b')
  const first = run()
  await until(async () => (await count()) === 2, 'two are applied')
  await first.stop()
  await note('c')
  run()
  await until(async () => (await count()) === 3, 'the third is applied')
  expect(await notes()).toEqual(['a', 'b', 'c'])
})

test('of two readers one writes and one stands by, and takes over when the first goes', async () => {
  const other = database.beside(database.schema)
  const otherLog = await connect(rig.nats)
  const first = run()
  await until(() => first.status().state === 'following', 'the first follows')
  const second = run({ database: other, log: otherLog })
  stops.push(
    () => other.close(),
    () => otherLog.nc.close(),
  )
  await until(() => second.status().state === 'standby', 'the second stands by')
  await note('a')
  await until(async () => (await count()) === 1, 'it is applied')
  await first.stop()
  await note('b')
  await until(async () => (await count()) === 2, 'the second took over')
  expect(second.status().state).toBe('following')
  expect(await notes()).toEqual(['a', 'b'])
})

test('a broken database connection frees the lock, and the projection goes on by itself', async () => {
  const running = run()
  await note('a')
  await until(async () => (await count()) === 1, 'it is applied')
  for (let i = 0; i < 3; i++) {
    // In this database alone: others on the same server hold locks of their own.
    await sql`
      select pg_terminate_backend(l.pid) from pg_locks l join pg_database d on d.oid = l.database
      where l.locktype = 'advisory' and d.datname = current_database() and l.pid <> pg_backend_pid()
    `
      .execute(database.kysely)
      .catch(() => undefined)
    await note(`after ${i}`)
    await until(async () => (await count().catch(() => 0)) === 2 + i, 'it goes on')
  }
  expect(running.status().state).toBe('following')
  expect(await notes()).toEqual(['a', 'after 0', 'after 1', 'after 2'])
})

test('a NATS restart in the middle of a stream of events loses none and doubles none', async () => {
  run()
  const texts = Array.from({ length: 60 }, (_, i) => `n${i}`)
  for (const [i, text] of texts.entries()) {
    if (i === 30) {
      await rig.nats.kill('SIGKILL')
      await rig.nats.restart()
      await until(() => rig.log.nc.rtt().then(Boolean, () => false), 'the connection is back')
    }
    await note(text)
  }
  await until(async () => (await count()) === 60, 'all are applied')
  expect(await notes()).toEqual(texts)
})

test('a poison event stops the projection before it, says which one, and is not skipped after a restart', async () => {
  await note('a', 'b')
  const [poison] = await append(rig.log, [{ subject: freshSubject(), expectedSeq: 0, event: { surprise: true } }])
  await note('c')
  for (let i = 0; i < 2; i++) {
    const running = run()
    await until(() => running.status().state === 'stopped', 'it stops')
    expect(running.status().reason).toBe(`event ${poison} is of an unknown kind`)
    expect(await notes()).toEqual(['a', 'b'])
    expect(await archived()).toHaveLength(2)
  }
})

test('an event that the tables refuse stops the projection at exactly that event', async () => {
  const seqs = await note('a', 'b', 'this is longer than twenty characters', 'd')
  const running = run()
  await until(() => running.status().state === 'stopped', 'it stops')
  expect(running.status().reason).toContain(`event ${seqs[2]} cannot be applied`)
  expect(running.status().reason).toContain('value too long')
  expect(await notes()).toEqual(['a', 'b'])
})

test('gaps in the sequence are normal', async () => {
  await note('a')
  await append(rig.log, [
    { subject: freshSubject(), expectedSeq: 0, event: { note: 'x' } },
    { subject: freshSubject(), expectedSeq: 7, event: { note: 'y' } },
  ]).catch(() => undefined)
  await note('b')
  run()
  await until(async () => (await count()) === 2, 'both are applied')
  expect(await notes()).toEqual(['a', 'b'])
})

test('a stream that was made anew stops the projection with a reason and leaves the tables as they are', async () => {
  await note('a', 'b')
  const first = run()
  await until(async () => (await count()) === 2, 'both are applied')
  await first.stop()
  await loseStore(rig.nats)
  const log = await connect(rig.nats)
  stops.push(() => log.nc.close())
  await ensureStream(log.jsm, spec)
  await append(log, [{ subject: freshSubject(), expectedSeq: 0, event: { note: 'new' } }])
  const second = run({ log })
  await until(() => second.status().state === 'stopped', 'it stops')
  expect(second.status().reason).toMatch(/the tables were made from IDENTITY of .*, but IDENTITY is of .*: restore/)
  expect(await notes()).toEqual(['a', 'b'])
})

test('a stream that ends before the cursor stops the projection', async () => {
  await note('a')
  const first = run()
  await until(async () => (await count()) === 1, 'it is applied')
  await first.stop()
  await sql`update projection_cursor set seq = 1000`.execute(database.kysely)
  const second = run()
  await until(() => second.status().state === 'stopped', 'it stops')
  expect(second.status().reason).toContain('the tables hold events up to 1000, but IDENTITY ends at 1: it lost events')
})

test('the archive only grows', async () => {
  await note('a')
  run()
  await until(async () => (await count()) === 1, 'it is applied')
  for (const statement of ['delete from', 'truncate'])
    await expect(sql.raw(`${statement} event_archive.events`).execute(database.kysely)).rejects.toThrow('only grows')
  await expect(sql`update event_archive.events set data = ''`.execute(database.kysely)).rejects.toThrow('only grows')
})

test('a rebuild equals what was written event by event, and the running projection goes on from it', async () => {
  const running = run()
  for (let i = 0; i < 30; i++) await note(`n${i}`)
  await until(async () => (await count()) === 30, 'all are applied')
  const before = await rows(database)
  await sql`update tally set note = 'damaged' where seq in (select seq from tally limit 5)`.execute(database.kysely)
  const writing = (async () => {
    for (let i = 30; i < 60; i++) await note(`n${i}`)
  })()
  const { events } = await rebuildProjection<{ note: string }, Tables>({
    jetstream: rig.log,
    database,
    projection: tally,
    migrate: migrateTally,
  })
  expect(events).toBeGreaterThanOrEqual(30)
  await writing
  await until(async () => (await count()) === 60, 'later events arrive in the new tables')
  expect((await rows(database)).slice(0, 30)).toEqual(before)
  expect(await notes()).toEqual(Array.from({ length: 60 }, (_, i) => `n${i}`))
  expect(running.status().state).toBe('following')
  const { rows: schemas } = await sql<{ name: string }>`
    select schema_name as name from information_schema.schemata where schema_name like 'tally%'`.execute(
    database.kysely,
  )
  expect(schemas).toEqual([{ name: 'tally' }])
})
