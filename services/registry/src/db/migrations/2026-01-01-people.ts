import type { Migrations } from '@kez-chat/eventlog/postgres'
import { sql } from 'kysely'

export const people: Migrations[string] = {
  up: async (db) => {
    await sql`
      create table handles (
        handle text primary key,
        primary_id text not null unique,
        server text not null,
        registered_at timestamptz not null,
        registration jsonb not null,
        seq bigint not null
      )`.execute(db)
    await sql`
      create table primaries (
        primary_id text primary key,
        handle text not null unique,
        bound_at timestamptz not null,
        seq bigint not null
      )`.execute(db)
    await sql`
      create table transports (
        handle text primary key,
        primary_id text not null,
        nostr text not null,
        proof text not null,
        bound_at timestamptz not null,
        seq bigint not null
      )`.execute(db)
  },
}
