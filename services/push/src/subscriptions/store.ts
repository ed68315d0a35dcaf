import { endpointFingerprint, maxSubscriptions, type PrimaryHex } from '@kez-chat/contracts'
import { type Selectable, sql } from 'kysely'
import type { Db, Tables } from '../db/database.ts'

export type Subscription = Selectable<Tables['subscriptions']>

export type NewSubscription = { inbox: PrimaryHex; endpoint: string; vapidKey: string; label: string }

const isUniqueViolation = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === '23505'

/** Subscriptions per inbox, which keeps the key of the handle's first primary. */
export const createSubscriptionStore = (db: Db) => {
  /** What may be dropped is at the end: failing ones by how long they have failed, before them the newest first. */
  const beyondLimit = (inbox: string) => sql`
    select id from subscriptions where inbox = ${inbox}
    order by failing_since desc nulls first, coalesce(last_success, created_at) desc, id desc
    offset ${maxSubscriptions}`

  /** Enough for every device that there can be. */
  const longForgotten = (inbox: string) => sql`
    select fingerprint from removed where inbox = ${inbox}
    order by removed_at desc, fingerprint offset ${maxSubscriptions}`

  return {
    /** Adds a device, or takes a device that is known as new; never drops another, but beyond the limit. */
    put: async ({ inbox, endpoint, vapidKey, label }: NewSubscription): Promise<void> => {
      const fresh = { vapid_key: vapidKey, label, failing_since: null, failure: null, failure_status: null }
      await db.transaction().execute(async (tx) => {
        // Two devices that come at once must not both be the last that fits.
        await sql`select pg_advisory_xact_lock(hashtextextended(${inbox}, 0))`.execute(tx)
        await tx
          .deleteFrom('removed')
          .where('inbox', '=', inbox)
          .where('fingerprint', '=', endpointFingerprint(endpoint))
          .execute()
        await tx
          .insertInto('subscriptions')
          .values({
            inbox,
            fingerprint: endpointFingerprint(endpoint),
            endpoint,
            origin: new URL(endpoint).origin,
            created_at: sql`now()`,
            ...fresh,
          })
          .onConflict((conflict) => conflict.columns(['inbox', 'fingerprint']).doUpdateSet(fresh))
          .execute()
        await sql`delete from subscriptions where id in (${beyondLimit(inbox)})`.execute(tx)
      })
    },

    remove: async (inbox: PrimaryHex, endpoint: string): Promise<void> => {
      await db
        .deleteFrom('subscriptions')
        .where('inbox', '=', inbox)
        .where('fingerprint', '=', endpointFingerprint(endpoint))
        .execute()
    },

    /** Removes a device by what names it, and remembers that its owner wanted so. */
    forget: async (inbox: PrimaryHex, fingerprint: string): Promise<void> => {
      await db.transaction().execute(async (tx) => {
        await sql`select pg_advisory_xact_lock(hashtextextended(${inbox}, 0))`.execute(tx)
        const { numDeletedRows } = await tx
          .deleteFrom('subscriptions')
          .where('inbox', '=', inbox)
          .where('fingerprint', '=', fingerprint)
          .executeTakeFirst()
        if (numDeletedRows === 0n) return
        await tx
          .insertInto('removed')
          .values({ inbox, fingerprint, removed_at: sql`now()` })
          .onConflict((conflict) => conflict.columns(['inbox', 'fingerprint']).doUpdateSet({ removed_at: sql`now()` }))
          .execute()
        await sql`
          delete from removed where inbox = ${inbox} and fingerprint in (${longForgotten(inbox)})`.execute(tx)
      })
    },

    /** Removes every device of a person; how many there were. */
    drop: async (inbox: PrimaryHex): Promise<number> => {
      const { numDeletedRows } = await db.deleteFrom('subscriptions').where('inbox', '=', inbox).executeTakeFirst()
      return Number(numDeletedRows)
    },

    listRemoved: async (inbox: PrimaryHex): Promise<string[]> => {
      const rows = await db
        .selectFrom('removed')
        .select('fingerprint')
        .where('inbox', '=', inbox)
        .orderBy('removed_at', 'desc')
        .execute()
      return rows.map(({ fingerprint }) => fingerprint)
    },

    list: (inbox: PrimaryHex): Promise<Subscription[]> =>
      db
        .selectFrom('subscriptions')
        .selectAll()
        .where('inbox', '=', inbox)
        .orderBy('created_at')
        .orderBy('id')
        .execute(),

    find: (inbox: PrimaryHex, endpoint: string): Promise<Subscription | undefined> =>
      db
        .selectFrom('subscriptions')
        .selectAll()
        .where('inbox', '=', inbox)
        .where('fingerprint', '=', endpointFingerprint(endpoint))
        .executeTakeFirst(),

    /** A browser has moved its subscription: everybody who has the old endpoint gets the new one. How many there were. */
    replace: async (oldEndpoint: string, endpoint: string, vapidKey: string): Promise<number> => {
      const moved = db
        .updateTable('subscriptions')
        .set({
          endpoint,
          fingerprint: endpointFingerprint(endpoint),
          origin: new URL(endpoint).origin,
          vapid_key: vapidKey,
          failing_since: null,
          failure: null,
          failure_status: null,
        })
        .where('fingerprint', '=', endpointFingerprint(oldEndpoint))
        // Who has the new one already keeps it; the old one goes when the push service says that it is gone.
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('subscriptions as other')
                .select('other.id')
                .whereRef('other.inbox', '=', 'subscriptions.inbox')
                .where('other.fingerprint', '=', endpointFingerprint(endpoint)),
            ),
          ),
        )
        .executeTakeFirst()
      try {
        return Number((await moved).numUpdatedRows)
      } catch (error) {
        // Somebody subscribed with the new one at this very moment.
        if (isUniqueViolation(error)) return 1
        throw error
      }
    },

    /** The worker of this endpoint says that a push has come. */
    confirm: async (endpoint: string): Promise<void> => {
      await db
        .updateTable('subscriptions')
        .set({ last_receipt: sql`now()` })
        .where('fingerprint', '=', endpointFingerprint(endpoint))
        .execute()
    },

    /** Every VAPID key that some subscription was made with. */
    keysInUse: async (): Promise<Map<string, number>> => {
      const rows = await db
        .selectFrom('subscriptions')
        .select(['vapid_key', ({ fn }) => fn.countAll<string>().as('count')])
        .groupBy('vapid_key')
        .execute()
      return new Map(rows.map(({ vapid_key, count }) => [vapid_key, Number(count)]))
    },
  }
}

export type SubscriptionStore = ReturnType<typeof createSubscriptionStore>
