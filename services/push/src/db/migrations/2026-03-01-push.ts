import type { Migrations } from '@kez-chat/eventlog/postgres'
import { sql } from 'kysely'

export const push: Migrations[string] = {
  up: async (db) => {
    await sql`
      create table subscriptions (
        id bigint generated always as identity primary key,
        inbox text not null,
        fingerprint text not null,
        endpoint text not null,
        origin text not null,
        vapid_key text not null,
        label text not null,
        created_at timestamptz not null,
        last_success timestamptz,
        last_failure timestamptz,
        last_receipt timestamptz,
        failing_since timestamptz,
        failure text,
        failure_status integer,
        unique (inbox, fingerprint)
      )`.execute(db)
    await sql`create index subscriptions_fingerprint on subscriptions (fingerprint)`.execute(db)
    // One row per person that has been woken or waits to be.
    await sql`
      create table wakes (
        inbox text primary key,
        pending_seq bigint,
        due_at timestamptz,
        woken_seq bigint not null default 0,
        woken_at timestamptz,
        reached_at timestamptz
      )`.execute(db)
    await sql`create index wakes_due on wakes (due_at) where due_at is not null`.execute(db)
    // One row per subscription that a push is still to be sent to; whoever raises the attempt may send it.
    await sql`
      create table deliveries (
        subscription bigint primary key references subscriptions on delete cascade,
        origin text not null,
        since timestamptz not null,
        attempt integer not null default 0,
        due_at timestamptz not null
      )`.execute(db)
    await sql`create index deliveries_due on deliveries (origin, due_at)`.execute(db)
    await sql`create index deliveries_since on deliveries (since)`.execute(db)
  },
}
