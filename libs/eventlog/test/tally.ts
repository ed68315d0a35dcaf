import { sql } from 'kysely'
import { eventJson, PoisonEvent } from '../src/index.ts'
import {
  cursorMigration,
  type Database,
  migrate,
  migrateArchive,
  openDatabase,
  type Projection,
} from '../src/postgres/index.ts'
import { silent, spec } from './rig.ts'

/** A projection for tests: one row per event, in the order in which it was applied. */
export type Tables = { tally: { seq: string; note: string } }
export type Note = { note: string }

export const tally: Projection<Note, Tables> = {
  name: 'tally',
  stream: spec.name,
  decode: (event) => {
    const json = eventJson(event)
    if (typeof json === 'object' && json && 'note' in json && typeof json.note === 'string') return { note: json.note }
    throw new PoisonEvent(`event ${event.seq} is of an unknown kind`)
  },
  apply: async (events, trx) => {
    await trx
      .insertInto('tally')
      .values(events.map(({ event, seq }) => ({ seq: String(seq), note: event.note })))
      .execute()
  },
}

export const migrateTally = async (database: Database<Tables>): Promise<void> => {
  await migrateArchive(database.kysely)
  await migrate(database.kysely, database.schema, {
    '2026-01-01-cursor': cursorMigration,
    '2026-01-01-tally': {
      up: async (db) => {
        await sql`create table tally (seq bigint primary key, note varchar(20) not null)`.execute(db)
      },
    },
  })
}

export const openTally = (url: string): Database<Tables> => openDatabase<Tables>({ url, schema: 'tally', log: silent })

export const rows = async ({ kysely }: Database<Tables>): Promise<{ seq: number; note: string }[]> =>
  (await kysely.selectFrom('tally').selectAll().orderBy('seq').execute()).map(({ seq, note }) => ({
    seq: Number(seq),
    note,
  }))
