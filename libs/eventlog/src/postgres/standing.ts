import { type Kysely, sql } from 'kysely'
import type { JetStream } from '../jetstream.ts'
import { currentLife, refuseForeign } from './incarnation.ts'

/** How far tables are behind their stream: `seq` of `lastSeq` is in them. */
export type Standing = { readonly seq: number; readonly lastSeq: number }

/**
 * Asks the stream's leader and the tables themselves, so it is true whichever replica projects. Tables that have never been
 * filled stand at 0.
 * @throws {StreamReplaced} where they were made from another life of the stream, `LogUnavailable`
 */
export const projectionStanding = async <T>(
  jetstream: JetStream,
  kysely: Kysely<T>,
  { name, stream }: { readonly name: string; readonly stream: string },
): Promise<Standing> => {
  // Asked first: what is appended in between does not make tables look behind.
  const life = await currentLife(jetstream, stream)
  const { rows } = await sql<{ stream: string; created: string; seq: string }>`
    select stream, created, seq from projection_cursor where projection = ${name}`.execute(kysely)
  const [row] = rows
  if (!row) return { seq: 0, lastSeq: life.lastSeq }
  const seq = Number(row.seq)
  // They may have come further in the meantime.
  refuseForeign({ stream: row.stream, created: row.created, seq: Math.min(seq, life.lastSeq) }, life)
  return { seq, lastSeq: life.lastSeq }
}
