import type { Migrations } from '@kez-chat/eventlog/postgres'
import { sql } from 'kysely'

export const chains: Migrations[string] = {
  up: async (db) => {
    await sql`
      create table chains (
        primary_id text primary key,
        length integer not null,
        bytes integer not null,
        hash text not null,
        status text not null,
        rotated_to text,
        appended_at timestamptz not null,
        seq bigint not null
      )`.execute(db)
  },
}
