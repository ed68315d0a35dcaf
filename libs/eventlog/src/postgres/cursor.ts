import { type Kysely, sql } from 'kysely'
import type { Incarnation } from './archive.ts'
import type { Migrations } from './migrate.ts'

/** How far a projection has come: everything up to `seq` of this life of the stream is in its tables. */
export type Cursor = Incarnation & { seq: number }

/** Somebody else moved the cursor (another reader, or a rebuild that was swapped in); read it and go on from there. */
export class CursorMoved extends Error {
  override readonly name = 'CursorMoved'
}

/** The table of cursors; every schema that holds a projection lists this among its migrations. */
export const cursorMigration: Migrations[string] = {
  up: async (db) => {
    await sql`
      create table projection_cursor (
        projection text primary key,
        stream text not null,
        created text not null,
        seq bigint not null,
        moved_at timestamptz not null default now()
      )`.execute(db)
  },
}

/** The cursor of a projection; a new one stands before the first event of `start`. */
export const readCursor = async <T>(kysely: Kysely<T>, projection: string, start: Incarnation): Promise<Cursor> => {
  await sql`
    insert into projection_cursor (projection, stream, created, seq)
    values (${projection}, ${start.stream}, ${start.created}, 0) on conflict do nothing`.execute(kysely)
  const { rows } = await sql<{ stream: string; created: string; seq: string }>`
    select stream, created, seq from projection_cursor where projection = ${projection}`.execute(kysely)
  const [row] = rows
  if (!row) throw new CursorMoved(`the cursor of ${projection} is gone`)
  return { stream: row.stream, created: row.created, seq: Number(row.seq) }
}

/** A cursor as it stands, and how long ago it moved, in seconds by the clock of Postgres. */
export type StandingCursor = Cursor & { movedAgo: number }

/** The cursor of a projection, for whoever only looks; undefined where it has none yet. */
export const findCursor = async <T>(kysely: Kysely<T>, projection: string): Promise<StandingCursor | undefined> => {
  const { rows: tables } = await sql<{ found: string | null }>`
    select to_regclass('projection_cursor')::text as found`.execute(kysely)
  if (!tables[0]?.found) return undefined
  const { rows } = await sql<{ stream: string; created: string; seq: string; moved_ago: number }>`
    select stream, created, seq, extract(epoch from now() - moved_at)::float8 as moved_ago
    from projection_cursor where projection = ${projection}`.execute(kysely)
  const [row] = rows
  return row && { stream: row.stream, created: row.created, seq: Number(row.seq), movedAgo: row.moved_ago }
}

/**
 * Moves the cursor in the caller's transaction, first of all, so that it is also the lock of the projection's tables.
 * @throws {CursorMoved} when it is not where `from` says
 */
export const moveCursor = async <T>(trx: Kysely<T>, projection: string, from: Cursor, to: number): Promise<void> => {
  const { numAffectedRows } = await sql`
    update projection_cursor set seq = ${to}, moved_at = now()
    where projection = ${projection} and stream = ${from.stream} and created = ${from.created} and seq = ${from.seq}
  `.execute(trx)
  if (numAffectedRows !== 1n) throw new CursorMoved(`the cursor of ${projection} is not at ${from.seq} any more`)
}
