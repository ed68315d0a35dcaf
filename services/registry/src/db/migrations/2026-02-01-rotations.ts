import type { Migrations } from '@kez-chat/eventlog/postgres'
import { sql } from 'kysely'

export const rotations: Migrations[string] = {
  up: async (db) => {
    await sql`alter table handles add column status text not null default 'active'`.execute(db)
    // One handle has had several keys.
    await sql`alter table primaries drop constraint primaries_handle_key`.execute(db)
    await sql`create index primaries_handle on primaries (handle)`.execute(db)
  },
}
