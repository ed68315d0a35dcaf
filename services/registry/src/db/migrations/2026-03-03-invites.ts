import type { Migrations } from '@kez-chat/eventlog/postgres'
import { sql } from 'kysely'

export const invites: Migrations[string] = {
  up: async (db) => {
    await sql`
      create table invites (
        id text primary key,
        issued_by text not null,
        uses integer not null,
        issued_at timestamptz not null,
        expires_at timestamptz not null,
        revoked_at timestamptz,
        seq bigint not null
      )`.execute(db)
    await sql`create index invites_issued_by on invites (issued_by)`.execute(db)
    await sql`
      create table invite_uses (
        invite text not null,
        handle text primary key,
        used_at timestamptz not null,
        seq bigint not null
      )`.execute(db)
    await sql`create index invite_uses_invite on invite_uses (invite)`.execute(db)
  },
}
