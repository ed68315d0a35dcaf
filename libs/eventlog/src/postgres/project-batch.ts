import type { Kysely } from 'kysely'
import pg from 'pg'
import { PoisonEvent } from '../errors.ts'
import type { StoredEvent } from '../stored-event.ts'
import { archiveEvents } from './archive.ts'
import { type Cursor, moveCursor } from './cursor.ts'
import type { Projection, Recorded } from './projection.ts'

/** SQLSTATE classes that say "this data", not "this moment": data exception, integrity violation. */
const isDataError = (error: unknown): error is pg.DatabaseError =>
  error instanceof pg.DatabaseError && /^2[23]/.test(error.code ?? '')

/**
 * Writes a batch: cursor, tables and archive in one transaction. What comes before a poison event is written first, so
 * that everything up to it is there when it is thrown.
 * @returns the cursor after the batch
 * @throws {PoisonEvent} naming the first event that cannot be read or applied
 * @throws {CursorMoved}
 */
export const projectBatch = async <Event, Tables>(
  kysely: Kysely<Tables>,
  projection: Projection<Event, Tables>,
  cursor: Cursor,
  events: readonly StoredEvent[],
): Promise<Cursor> => {
  const { readable, poison } = decodeUntilPoison(projection, events)
  let at = cursor
  try {
    at = await write(kysely, projection, at, readable)
  } catch (error) {
    if (!isDataError(error)) throw error
    // One of them cannot be applied; one by one shows which, and keeps the ones before it.
    for (const one of readable) at = await write(kysely, projection, at, [one]).catch((cause) => refuse(cause, one))
  }
  if (poison) throw poison
  return at
}

type Decoded<Event> = { stored: StoredEvent; recorded: Recorded<Event> }

const refuse = (cause: unknown, { stored }: { stored: StoredEvent }): never => {
  if (!isDataError(cause)) throw cause
  throw new PoisonEvent(`event ${stored.seq} cannot be applied: ${cause.message}`, { cause })
}

const decodeUntilPoison = <Event, Tables>(
  projection: Projection<Event, Tables>,
  events: readonly StoredEvent[],
): { readable: Decoded<Event>[]; poison?: PoisonEvent } => {
  const readable: Decoded<Event>[] = []
  for (const stored of events) {
    try {
      const { seq, timeNs } = stored
      readable.push({ stored, recorded: { event: projection.decode(stored), seq, timeNs } })
    } catch (error) {
      if (error instanceof PoisonEvent) return { readable, poison: error }
      throw error
    }
  }
  return { readable }
}

const write = async <Event, Tables>(
  kysely: Kysely<Tables>,
  projection: Projection<Event, Tables>,
  cursor: Cursor,
  batch: readonly Decoded<Event>[],
): Promise<Cursor> => {
  const last = batch.at(-1)
  if (!last) return cursor
  const seq = last.stored.seq
  await kysely.transaction().execute(async (trx) => {
    await moveCursor(trx, projection.name, cursor, seq)
    await projection.apply(
      batch.map(({ recorded }) => recorded),
      trx,
    )
    await archiveEvents(
      trx,
      cursor,
      batch.map(({ stored }) => stored),
    )
  })
  return { ...cursor, seq }
}
