import { type Kysely, sql } from 'kysely'
import type { StoredEvent } from '../stored-event.ts'
import { type Migrations, migrate } from './migrate.ts'

/** One life of a stream: a stream that was lost and made again has the same name, but another creation time. */
export type Incarnation = { stream: string; created: string }

/** Where the archive is. */
export const archiveSchema = 'event_archive'

/** The archive's own steps; {@link migrateArchive} runs them. */
export const archiveMigrations: Migrations = {
  '2026-01-01T00:00:00Z-events': {
    up: async (db) => {
      await sql`
        create table event_archive.events (
          stream text not null,
          created text not null,
          seq bigint not null,
          subject text not null,
          time_ns bigint not null,
          headers json not null,
          data bytea not null,
          archived_at timestamptz not null default now(),
          primary key (stream, created, seq)
        )`.execute(db)
      await sql`
        create function event_archive.refuse() returns trigger language plpgsql as
        $$ begin raise exception 'the event archive only grows'; end $$`.execute(db)
      await sql`
        create trigger only_grows before update or delete or truncate on event_archive.events
        for each statement execute function event_archive.refuse()`.execute(db)
    },
  },
}

/** Makes the append-only table of every event ever projected, in a schema of its own that no rebuild touches. */
export const migrateArchive = <T>(kysely: Kysely<T>): Promise<void> => migrate(kysely, archiveSchema, archiveMigrations)

/** Adds events, in the caller's transaction; one that is there already stays as it is. */
export const archiveEvents = async <T>(
  trx: Kysely<T>,
  { stream, created }: Incarnation,
  events: readonly StoredEvent[],
): Promise<void> => {
  await sql`
    insert into event_archive.events (stream, created, seq, subject, time_ns, headers, data)
    select ${stream}, ${created}, * from unnest(
      ${events.map(({ seq }) => seq)}::bigint[],
      ${events.map(({ subject }) => subject)}::text[],
      ${events.map(({ timeNs }) => timeNs)}::bigint[],
      ${events.map(({ headers }) => JSON.stringify(headers))}::json[],
      ${events.map(({ data }) => Buffer.from(data))}::bytea[])
    on conflict do nothing`.execute(trx)
}

/** Events of one life of a stream after `after`, in order, at most `limit`. */
export const readArchive = async <T>(
  kysely: Kysely<T>,
  { stream, created }: Incarnation,
  after: number,
  limit: number,
): Promise<StoredEvent[]> => {
  const { rows } = await sql<{
    seq: string
    subject: string
    time_ns: string
    headers: Record<string, string[]>
    data: Buffer
  }>`
    select seq, subject, time_ns, headers, data from event_archive.events
    where stream = ${stream} and created = ${created} and seq > ${after} order by seq limit ${limit}`.execute(kysely)
  return rows.map(({ seq, subject, time_ns: timeNs, headers, data }) => ({
    seq: Number(seq),
    subject,
    timeNs: BigInt(timeNs),
    headers,
    data,
  }))
}

/** A life of a stream as far as it is archived. */
export type ArchivedLife = Incarnation & { events: number; lastSeq: number; lastTimeNs: bigint }

/**
 * The most complete life of a stream in the archive. A restored stream begins with all that was restored, so the life
 * with the most events holds everything; one whose archiving was interrupted does not.
 */
export const fullestLife = async <T>(kysely: Kysely<T>, stream: string): Promise<ArchivedLife | undefined> => {
  const { rows } = await sql<{ created: string; events: string; last_seq: string; last_time: string }>`
    select created, count(*) as events, max(seq) as last_seq, max(time_ns) as last_time
    from event_archive.events where stream = ${stream}
    group by created order by events desc, created desc limit 1`.execute(kysely)
  const [row] = rows
  if (!row) return undefined
  return {
    stream,
    created: row.created,
    events: Number(row.events),
    lastSeq: Number(row.last_seq),
    lastTimeNs: BigInt(row.last_time),
  }
}
