import type { Transaction } from 'kysely'
import type { StoredEvent } from '../stored-event.ts'

/** An event of the projection's own type, with where and when it was stored. */
export type Recorded<Event> = { event: Event; seq: number; timeNs: bigint }

/** Tables made from a stream. `Event` is what it reads, `Tables` what it writes. */
export type Projection<Event, Tables> = {
  /** Names the cursor and the advisory lock. */
  name: string
  stream: string
  /** @throws {PoisonEvent} for a type or version it does not know, or anything that should not be there */
  decode(event: StoredEvent): Event
  /** Writes a batch, in order. Touches nothing but the tables: no side effects (architecture §2). */
  apply(events: readonly Recorded<Event>[], trx: Transaction<Tables>): Promise<void>
}
