import type { Migrations } from '@kez-chat/eventlog/postgres'
import { sql } from 'kysely'

/** The trace that a push belongs to, where somebody keeps it. */
export const traces: Migrations[string] = {
  up: async (db) => {
    await sql`alter table deliveries add column traceparent text`.execute(db)
  },
}
