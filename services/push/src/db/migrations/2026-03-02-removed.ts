import type { Migrations } from '@kez-chat/eventlog/postgres'
import { sql } from 'kysely'

/** Devices that their owner has removed from another one: told apart from lost ones, which subscribe anew by themselves. */
export const removed: Migrations[string] = {
  up: async (db) => {
    await sql`
      create table removed (
        inbox text not null,
        fingerprint text not null,
        removed_at timestamptz not null,
        primary key (inbox, fingerprint)
      )`.execute(db)
  },
}
