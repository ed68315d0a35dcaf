import { endpointFingerprint } from '@kez-chat/contracts'
import type { Rig } from './rig.ts'

/** Keeps a note of every claim in Postgres itself, whichever process makes it; the same attempt twice would be an error. */
export const noteClaims = async ({ sql }: Rig): Promise<void> => {
  await sql(
    `create table claims (subscription bigint, fingerprint text, attempt integer, primary key (subscription, attempt))`,
  )
  await sql(`
    create function note_claim() returns trigger language plpgsql as $$
    begin
      insert into claims select new.subscription, s.fingerprint, new.attempt from subscriptions s where s.id = new.subscription;
      return new;
    end $$`)
  await sql(`
    create trigger note_claim after update on deliveries
    for each row when (new.attempt <> old.attempt) execute function note_claim()`)
}

/** Endpoints that were sent to more often than they were claimed: there must be none. */
export const sentWithoutClaim = async ({ sql, service }: Rig): Promise<string[]> => {
  const rows: { fingerprint: string; count: number }[] = await sql(
    'select fingerprint, count(*)::int as count from claims group by fingerprint',
  )
  const claims = new Map(rows.map(({ fingerprint, count }) => [fingerprint, count]))
  return [...service.attempts]
    .filter(([endpoint, sent]) => sent > (claims.get(endpointFingerprint(endpoint)) ?? 0))
    .map(([endpoint]) => endpoint)
}
