import { sql } from 'kysely'
import type { JetStream } from '../jetstream.ts'
import { openTail } from '../tail.ts'
import { readCursor } from './cursor.ts'
import type { Database } from './database.ts'
import { currentLife } from './incarnation.ts'
import { projectBatch } from './project-batch.ts'
import type { Projection } from './projection.ts'

/** Somebody else is rebuilding the same tables. */
export class RebuildRunning extends Error {
  override readonly name = 'RebuildRunning'
}

export type RebuildOptions<Event, Tables> = {
  jetstream: JetStream
  /** The tables in use; they serve until the new ones take their place. */
  database: Database<Tables>
  projection: Projection<Event, Tables>
  /** Makes the empty tables, cursor included, in the schema of the database it is given. */
  migrate(database: Database<Tables>): Promise<void>
  /** Told after each batch: up to which sequence of how many. */
  onProgress?(through: number, last: number): void
}

const batchSize = 500

/**
 * Makes a projection's tables anew from the whole stream, in a schema beside the one in use, and swaps the two in one
 * transaction. A running projection notices that the cursor moved and goes on from the new one.
 * @returns how many events were read
 * @throws {RebuildRunning}, {@link PoisonEvent}
 */
export const rebuildProjection = async <Event, Tables>(
  options: RebuildOptions<Event, Tables>,
): Promise<{ events: number }> => {
  const { database } = options
  const fresh = database.beside(`${database.schema}_rebuild`)
  try {
    return await database.kysely.connection().execute(async (connection) => {
      const lock = sql`hashtextextended(${`${fresh.schema}.rebuild`}, 0)`
      const { rows } = await sql<{ free: boolean }>`select pg_try_advisory_lock(${lock}) as free`.execute(connection)
      if (!rows[0]?.free) throw new RebuildRunning(`${database.schema} is being rebuilt by somebody else`)
      try {
        await sql`drop schema if exists ${sql.id(fresh.schema)} cascade`.execute(connection)
        await options.migrate(fresh)
        const events = await fill(options, fresh)
        await swap(database, fresh.schema)
        return { events }
      } finally {
        await sql`select pg_advisory_unlock(${lock})`.execute(connection).catch(() => undefined)
      }
    })
  } finally {
    await fresh.close()
  }
}

const fill = async <Event, Tables>(
  { jetstream, projection, onProgress }: RebuildOptions<Event, Tables>,
  fresh: Database<Tables>,
): Promise<number> => {
  const life = await currentLife(jetstream, projection.stream)
  let cursor = await readCursor(fresh.kysely, projection.name, life)
  const tail = await openTail(jetstream, { stream: projection.stream, after: 0, name: `${projection.name}_rebuild` })
  let events = 0
  try {
    while (cursor.seq < life.lastSeq) {
      const batch = await tail.next(batchSize, 1_000)
      // Sequences at the end of the stream may have been taken by messages that are gone.
      if (batch.length === 0) break
      cursor = await projectBatch(fresh.kysely, projection, cursor, batch)
      events += batch.length
      onProgress?.(cursor.seq, life.lastSeq)
    }
  } finally {
    await tail.close()
  }
  return events
}

const swap = async <Tables>({ kysely, schema }: Database<Tables>, fresh: string): Promise<void> => {
  const old = sql.id(`${schema}_old`)
  await kysely.transaction().execute(async (trx) => {
    await sql`drop schema if exists ${old} cascade`.execute(trx)
    await sql`alter schema ${sql.id(schema)} rename to ${old}`.execute(trx)
    await sql`alter schema ${sql.id(fresh)} rename to ${sql.id(schema)}`.execute(trx)
    // Waits for a batch that is being written to the old tables; its events are read again for the new ones.
    await sql`drop schema ${old} cascade`.execute(trx)
  })
}
