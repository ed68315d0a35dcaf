import type { Migrations } from '@kez-chat/eventlog/postgres'
import { sql } from 'kysely'

export const proofs: Migrations[string] = {
  up: async (db) => {
    await sql`
      create table proofs (
        handle text not null,
        position integer not null,
        subject text not null,
        set_at timestamptz not null,
        seq bigint not null,
        primary key (handle, position)
      )`.execute(db)
    await sql`create index proofs_subject on proofs (subject)`.execute(db)
  },
}
