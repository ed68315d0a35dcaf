import type { JetStream } from '../jetstream.ts'
import type { StoredEvent } from '../stored-event.ts'
import { openTail } from '../tail.ts'
import { readArchive } from './archive.ts'
import { readCursor } from './cursor.ts'
import type { Database } from './database.ts'
import { currentLife, refuseForeign } from './incarnation.ts'

/** What the archive holds of a stream as it is now, up to a projection's cursor. */
export type ArchiveReport = {
  checked: number
  /** Sequences of events that are not in the archive. */
  missing: number[]
  /** Sequences of events that the archive holds differently. */
  differing: number[]
  /** Up to which sequence both were compared: a restore would bring back this much. */
  through: number
}

const pageSize = 500
const mostReported = 100

const isSame = (a: StoredEvent, b: StoredEvent): boolean =>
  a.subject === b.subject && a.timeNs === b.timeNs && Buffer.compare(a.data, b.data) === 0

/**
 * Compares every event of a stream with its archived copy, byte for byte. Reports at most 100 of each kind.
 * @throws {StreamReplaced} when the tables are of another life of the stream
 */
export const verifyArchive = async <T>(
  jetstream: JetStream,
  database: Database<T>,
  options: { stream: string; projection: string },
): Promise<ArchiveReport> => {
  const life = await currentLife(jetstream, options.stream)
  const cursor = await readCursor(database.kysely, options.projection, life)
  refuseForeign(cursor, life)
  const through = cursor.seq
  const report: ArchiveReport = { checked: 0, missing: [], differing: [], through }
  const tail = await openTail(jetstream, { stream: options.stream, after: 0, name: 'verify_archive' })
  try {
    for (let after = 0; after < through; ) {
      const events = (await tail.next(pageSize, 1_000)).filter(({ seq }) => seq <= through)
      const last = events.at(-1)
      if (!last) break
      const archived = await readArchive(database.kysely, life, after, pageSize)
      const bySeq = new Map(archived.map((event) => [event.seq, event]))
      for (const event of events) {
        const copy = bySeq.get(event.seq)
        report.checked += 1
        if (!copy) report.missing.push(event.seq)
        else if (!isSame(event, copy)) report.differing.push(event.seq)
      }
      after = last.seq
    }
  } finally {
    await tail.close()
  }
  return {
    ...report,
    missing: report.missing.slice(0, mostReported),
    differing: report.differing.slice(0, mostReported),
  }
}
