import { pushKeptFor } from '@kez-chat/contracts'
import { sql } from 'kysely'
import type { Db } from '../db/database.ts'
import { type Outcome, pauseAfter } from './outcome.ts'

/** A push that this process, and no other, may send until the lease ends. */
export type Delivery = {
  subscription: string
  endpoint: string
  origin: string
  vapidKey: string
  /** From 1; tells a late answer apart from one that counts. */
  attempt: number
  /** Unix ms. */
  leasedUntil: number
  /** When it was decided to wake the device, unix ms. */
  since: number
  /** Of the message that it wakes for, where its trace is kept. */
  traceparent: string | undefined
}

export type Done = { delivery: Pick<Delivery, 'subscription' | 'attempt'>; outcome: Outcome }

export type DeliveryOptions = {
  /** How long whoever has claimed a push may take before somebody else tries again, ms. */
  lease?: number
  /** From the first attempt to the last, ms. */
  keepTrying?: number
  pause?: typeof pauseAfter
}

/** The pushes that are to be sent, in Postgres: claimed by one process at a time, and kept until their outcome is known. */
export const createDeliveries = (db: Db, options: DeliveryOptions = {}) => {
  const { lease = 30_000, keepTrying = pushKeptFor, pause = pauseAfter } = options

  const settle = async (tx: Db, done: readonly Done[]): Promise<void> => {
    const ids = done.map(({ delivery }) => delivery.subscription)
    const attempts = done.map(({ delivery }) => delivery.attempt)
    await sql`
      delete from deliveries d using unnest(${ids}::bigint[], ${attempts}::integer[]) v (id, attempt)
      where d.subscription = v.id and d.attempt = v.attempt`.execute(tx)
  }

  const noteSuccess = async (tx: Db, done: readonly Done[]): Promise<void> => {
    const ids = done.map(({ delivery }) => delivery.subscription)
    await sql`
      with reached as (
        update subscriptions
        set last_success = now(), failing_since = null, failure = null, failure_status = null
        where id = any(${ids}::bigint[])
        returning inbox
      )
      update wakes set reached_at = now() from reached
      where wakes.inbox = reached.inbox and wakes.reached_at is null`.execute(tx)
  }

  const noteFailure = async (tx: Db, done: readonly Done[]): Promise<void> => {
    const rows = done.map(({ delivery, outcome }) => ({
      id: delivery.subscription,
      reason: outcome.kind === 'delivered' ? null : outcome.reason,
      status: outcome.status ?? null,
    }))
    await sql`
      update subscriptions
      set last_failure = now(), failing_since = coalesce(failing_since, now()), failure = v.reason, failure_status = v.status
      from unnest(${rows.map(({ id }) => id)}::bigint[], ${rows.map(({ reason }) => reason)}::text[],
        ${rows.map(({ status }) => status)}::integer[]) v (id, reason, status)
      where subscriptions.id = v.id`.execute(tx)
  }

  const postpone = async (tx: Db, done: readonly Done[]): Promise<void> => {
    const pauses = done.map(({ delivery, outcome }) =>
      pause(delivery.attempt, outcome.kind === 'retry' ? outcome.retryAfter : undefined),
    )
    const seconds = pauses.map((ms) => ms / 1_000)
    const ids = done.map(({ delivery }) => delivery.subscription)
    const attempts = done.map(({ delivery }) => delivery.attempt)
    await sql`
      update deliveries d set due_at = now() + v.pause * interval '1 second'
      from unnest(${ids}::bigint[], ${attempts}::integer[], ${seconds}::float8[]) v (id, attempt, pause)
      where d.subscription = v.id and d.attempt = v.attempt`.execute(tx)
    // Its last attempt would come after a push service has forgotten what it was about.
    await sql`
      delete from deliveries
      where subscription = any(${ids}::bigint[]) and due_at > since + ${keepTrying / 1_000} * interval '1 second'`.execute(
      tx,
    )
  }

  return {
    /** Push services that something is due for. */
    dueOrigins: async (): Promise<string[]> => {
      const { rows } = await sql<{ origin: string }>`
        with recursive origins as (
          (select origin from deliveries order by origin limit 1)
          union all
          select (select d.origin from deliveries d where d.origin > o.origin order by d.origin limit 1)
          from origins o where o.origin is not null
        )
        select origin from origins o where origin is not null
          and exists (select from deliveries d where d.origin = o.origin and d.due_at <= now())`.execute(db)
      return rows.map(({ origin }) => origin)
    },

    /** Takes up to `most` due pushes to one push service, the longest due first. */
    claim: async (origin: string, most: number): Promise<Delivery[]> => {
      const leasedUntil = Date.now() + lease
      const { rows } = await sql<{
        id: string
        endpoint: string
        vapid_key: string
        attempt: number
        since: Date
        traceparent: string | null
      }>`
        with due as (
          select subscription from deliveries where origin = ${origin} and due_at <= now()
          order by due_at limit ${most} for update skip locked
        ), claimed as (
          update deliveries d set attempt = attempt + 1, due_at = now() + ${lease / 1_000} * interval '1 second'
          from due where d.subscription = due.subscription
          returning d.subscription, d.attempt, d.since, d.traceparent
        )
        select s.id, s.endpoint, s.vapid_key, c.attempt, c.since, c.traceparent
        from claimed c join subscriptions s on s.id = c.subscription`.execute(db)
      return rows.map(({ id, endpoint, vapid_key, attempt, since, traceparent }) => ({
        subscription: id,
        endpoint,
        origin,
        vapidKey: vapid_key,
        attempt,
        leasedUntil,
        since: since.getTime(),
        traceparent: traceparent ?? undefined,
      }))
    },

    /** Keeps what became of pushes, all or nothing; recording the same again changes nothing. */
    record: async (done: readonly Done[]): Promise<void> => {
      const of = (...kinds: Outcome['kind'][]): Done[] => done.filter(({ outcome }) => kinds.includes(outcome.kind))
      const [delivered, gone, failed, retry] = [of('delivered'), of('gone'), of('failed'), of('retry')]
      await db.transaction().execute(async (tx) => {
        if (delivered.length + failed.length > 0) await settle(tx, [...delivered, ...failed])
        if (delivered.length > 0) await noteSuccess(tx, delivered)
        if (failed.length + retry.length > 0) await noteFailure(tx, [...failed, ...retry])
        if (retry.length > 0) await postpone(tx, retry)
        // One browser may be known to several people: it is gone for all of them.
        if (gone.length > 0)
          await sql`
            delete from subscriptions where fingerprint in (
              select fingerprint from subscriptions
              where id = any(${gone.map(({ delivery }) => delivery.subscription)}::bigint[])
            )`.execute(tx)
      })
    },
  }
}

export type Deliveries = ReturnType<typeof createDeliveries>
