import { startTestPostgres, type TestPostgres } from '@kez-chat/testkit'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { append, ensureStream, eventJson, type JetStream, openTail, type StoredEvent } from '../src/index.ts'
import {
  type Database,
  RestoreRefused,
  rebuildProjection,
  restoreStream,
  runProjection,
  StreamReplaced,
  verifyArchive,
} from '../src/postgres/index.ts'
import { connect, freshSubject, loseStore, type Rig, silent, spec, startRig, until } from './rig.ts'
import { migrateTally, openTally, rows, type Tables, tally } from './tally.ts'

let postgres: TestPostgres
let rig: Rig
let database: Database<Tables>

beforeAll(async () => {
  postgres = await startTestPostgres()
})
afterAll(() => postgres.stop())

beforeEach(async () => {
  rig = await startRig()
  await ensureStream(rig.log.jsm, spec)
  database = openTally(await postgres.createDatabase())
  await migrateTally(database)
})
afterEach(async () => {
  await database.close()
  await rig.stop()
})

const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

const note = async (log: JetStream, ...notes: string[]): Promise<number[]> =>
  append(
    log,
    notes.map((text) => ({ subject: freshSubject(), expectedSeq: 0, event: { note: text }, headers: { traceparent } })),
  )

const project = async (log: JetStream, through: number): Promise<void> => {
  const running = runProjection({ jetstream: log, database, projection: tally, log: silent })
  await until(() => running.status().seq === through, `the tables hold everything up to ${through}`)
  await running.stop()
}

const rebuild = (log: JetStream) =>
  rebuildProjection({ jetstream: log, database, projection: tally, migrate: migrateTally })

const readAll = async (log: JetStream): Promise<StoredEvent[]> => {
  const tail = await openTail(log, { stream: spec.name, after: 0, name: 'test' })
  const all: StoredEvent[] = []
  for (let batch = await tail.next(500, 0); batch.length > 0; batch = await tail.next(500, 0)) all.push(...batch)
  await tail.close()
  return all
}

const essence = (events: StoredEvent[]) =>
  events.map((event) => ({ subject: event.subject, json: eventJson(event), trace: event.headers.traceparent }))

test('drill: a lost stream comes back from the archive up to the last archived event, and life goes on', async () => {
  const archivedSeqs = await note(rig.log, ...Array.from({ length: 450 }, (_, i) => `n${i}`))
  const lastArchived = archivedSeqs.at(-1) ?? 0
  await project(rig.log, lastArchived)
  const before = await readAll(rig.log)
  await note(rig.log, 'too late')

  await loseStore(rig.nats)
  const log = await connect(rig.nats)
  const restored = await restoreStream(log, database, spec)

  expect(restored.events).toBe(450)
  expect(restored.recoveryPoint.seq).toBe(lastArchived)
  expect(restored.recoveryPoint.time).toBe(Number((before.at(-1)?.timeNs ?? 0n) / 1_000_000n))
  const after = await readAll(log)
  expect(essence(after)).toEqual(essence(before))
  expect(after[0]?.seq).toBe(restored.firstSeq)
  expect(restored.firstSeq).toBeGreaterThan(lastArchived + 1_000_000)
  expect(after[7]?.headers['Kez-Restored-From']).toEqual([expect.stringMatching(/ 8$/)])

  await rebuild(log)
  expect((await rows(database)).map((row) => row.note)).toEqual(Array.from({ length: 450 }, (_, i) => `n${i}`))
  const [next = 0] = await note(log, 'next')
  await project(log, next)
  expect(await verifyArchive(log, database, { stream: spec.name, projection: tally.name })).toEqual({
    checked: 451,
    missing: [],
    differing: [],
    through: next,
  })
  await log.nc.close()
})

test('drill: a stream that is lost twice comes back whole, also when archiving after the first loss broke off', async () => {
  await project(rig.log, (await note(rig.log, ...Array.from({ length: 300 }, (_, i) => `n${i}`))).at(-1) ?? 0)
  await loseStore(rig.nats)
  const log = await connect(rig.nats)
  await restoreStream(log, database, spec)
  await loseStore(rig.nats)
  const again = await connect(rig.nats)
  expect(await restoreStream(again, database, spec)).toMatchObject({ events: 300 })
  await rebuild(again)
  await project(again, (await note(again, 'more')).at(-1) ?? 0)
  await loseStore(rig.nats)
  const third = await connect(rig.nats)
  expect(await restoreStream(third, database, spec)).toMatchObject({ events: 301 })
  expect((await readAll(third)).map(eventJson).at(-1)).toEqual({ note: 'more' })
  for (const { nc } of [log, again, third]) await nc.close()
})

test('a stream that holds anything is not restored over', async () => {
  await project(rig.log, (await note(rig.log, 'a')).at(-1) ?? 0)
  const attempt = restoreStream(rig.log, database, spec)
  await expect(attempt).rejects.toBeInstanceOf(RestoreRefused)
  await expect(attempt).rejects.toThrow('IDENTITY holds 1 events; only a stream that is gone or empty is restored')
  expect(await readAll(rig.log)).toHaveLength(1)
})

test('nothing is made when the archive holds nothing', async () => {
  await expect(restoreStream(rig.log, database, spec)).rejects.toThrow('the archive holds no events of IDENTITY')
})

test('comparing the archive finds what is missing and what differs there', async () => {
  const seqs = await note(rig.log, 'a', 'b', 'c')
  await project(rig.log, seqs[2] ?? 0)
  const { kysely } = database
  await sql`alter table event_archive.events disable trigger only_grows`.execute(kysely)
  await sql`delete from event_archive.events where seq = ${seqs[0]}`.execute(kysely)
  await sql`update event_archive.events set data = 'x' where seq = ${seqs[1]}`.execute(kysely)
  expect(await verifyArchive(rig.log, database, { stream: spec.name, projection: tally.name })).toEqual({
    checked: 3,
    missing: [seqs[0]],
    differing: [seqs[1]],
    through: seqs[2],
  })
})

test('the archive of a stream that is gone is not compared with another of the same name', async () => {
  const seqs = await note(rig.log, 'a')
  await project(rig.log, seqs[0] ?? 0)
  await loseStore(rig.nats)
  const log = await connect(rig.nats)
  await ensureStream(log.jsm, spec)
  await note(log, 'other')
  await expect(verifyArchive(log, database, { stream: spec.name, projection: tally.name })).rejects.toBeInstanceOf(
    StreamReplaced,
  )
  await log.nc.close()
})
