import { PrimaryHex } from '@kez-chat/contracts'
import { type Selectable, sql } from 'kysely'
import type { Db, Tables } from '../db/database.ts'
import { type Decision, neverWoken, onDue, onMessage, type Reads, type WakeState } from './decide.ts'
import type { ReadsOf } from './reads.ts'

/** The newest message of a person that should wake them; `at` is when it was stored, unix ms. */
export type Arrival = { inbox: PrimaryHex; seq: number; at: number; traceparent?: string | undefined }

type Decided = { inbox: string; seq: number; decision: Decision; traceparent?: string | undefined }
type Row = Selectable<Tables['wakes']>

const neverRead: Reads = { asked: 0, live: 0 }
const dueAtOnce = 200
/** What is older than this may have been read before it is looked at here. */
const freshFor = 10_000

const ms = (at: Date | null): number | undefined => at?.getTime()

const stateOf = (row: Row | undefined): WakeState =>
  row
    ? {
        pendingSeq: row.pending_seq === null ? undefined : Number(row.pending_seq),
        dueAt: ms(row.due_at),
        wokenSeq: Number(row.woken_seq),
        wokenAt: ms(row.woken_at),
        reachedAt: ms(row.reached_at),
      }
    : neverWoken

/** Decides in Postgres, under a lock per person, so that replicas wake nobody twice. */
export const createWakeStore = (
  db: Db,
  readsOf: ReadsOf,
  /** Told of each decision once it is kept. */
  onDecided: (decision: Decision['kind']) => void,
  now = Date.now,
) => {
  const apply = async (tx: Db, decided: readonly Decided[]): Promise<boolean> => {
    const of = (kind: Decision['kind']): Decided[] => decided.filter(({ decision }) => decision.kind === kind)
    const inboxes = (some: readonly Decided[]): string[] => some.map(({ inbox }) => inbox)
    const seqs = (some: readonly Decided[]): string[] => some.map(({ seq }) => String(seq))
    const [wakes, waits, nothing] = [of('wake'), of('wait'), of('nothing')]
    if (nothing.length > 0)
      await tx
        .updateTable('wakes')
        .set({ pending_seq: null, due_at: null })
        .where('inbox', 'in', inboxes(nothing))
        .execute()
    if (waits.length > 0) {
      const dues = waits.map(({ decision }) => new Date(decision.kind === 'wait' ? decision.until : now()))
      await sql`
        update wakes set pending_seq = v.seq, due_at = v.due
        from unnest(${inboxes(waits)}::text[], ${seqs(waits)}::bigint[], ${dues}::timestamptz[]) v (inbox, seq, due)
        where wakes.inbox = v.inbox`.execute(tx)
    }
    if (wakes.length === 0) return false
    await sql`
      update wakes
      set woken_seq = v.seq, woken_at = ${new Date(now())}, reached_at = null, pending_seq = null, due_at = null
      from unnest(${inboxes(wakes)}::text[], ${seqs(wakes)}::bigint[]) v (inbox, seq)
      where wakes.inbox = v.inbox`.execute(tx)
    // A push that is under way or waits to be tried again stays where it is: it wakes for this message as well.
    await sql`
      insert into deliveries (subscription, origin, since, due_at, traceparent)
      select id, origin, now(), now(), v.traceparent
      from subscriptions
      join unnest(${inboxes(wakes)}::text[], ${wakes.map(({ traceparent }) => traceparent ?? null)}::text[]) v (inbox, traceparent)
        using (inbox)
      order by id
      on conflict (subscription) do update set since = excluded.since, traceparent = excluded.traceparent`.execute(tx)
    return true
  }

  const withDevice = async (arrivals: readonly Arrival[]): Promise<Arrival[]> => {
    const { rows } = await sql<{ inbox: string }>`
      select distinct inbox from subscriptions
      where inbox = any(${arrivals.map(({ inbox }) => inbox)}::text[])`.execute(db)
    const known = new Set(rows.map(({ inbox }) => inbox))
    return arrivals.filter(({ inbox }) => known.has(inbox))
  }

  const lock = async (tx: Db, inboxes: readonly string[]): Promise<Map<string, Row>> => {
    const { rows } = await sql<Row>`
      select * from wakes where inbox = any(${inboxes}::text[]) order by inbox for update`.execute(tx)
    return new Map(rows.map((row) => [row.inbox, row]))
  }

  return {
    /**
     * Takes in what has arrived, at most one per person; those without a device are passed over. Returns whether somebody is to
     * be woken now.
     */
    arrive: async (arrivals: readonly Arrival[]): Promise<boolean> => {
      const wanted = await withDevice(arrivals)
      if (wanted.length === 0) return false
      const inboxes = wanted.map(({ inbox }) => inbox).sort()
      const kinds: Decision['kind'][] = []
      const woke = await db.transaction().execute(async (tx) => {
        // So that there is a row to lock also for whoever was never woken.
        await sql`insert into wakes (inbox) select unnest(${inboxes}::text[]) on conflict do nothing`.execute(tx)
        const rows = await lock(tx, inboxes)
        const decide = async ({ inbox, seq, at, traceparent }: Arrival): Promise<Decided | undefined> => {
          const state = stateOf(rows.get(inbox))
          // It came again, or stands behind a newer one.
          if (seq <= Math.max(state.wokenSeq, state.pendingSeq ?? 0)) return undefined
          const mayBeRead = state.wokenAt !== undefined || now() - at > freshFor
          const decision = onMessage(state, seq, mayBeRead ? await readsOf(inbox) : neverRead, now())
          kinds.push(decision.kind)
          return decision.kind === 'nothing' ? undefined : { inbox, seq, decision, traceparent }
        }
        const decided = await Promise.all(wanted.map(decide))
        return apply(
          tx,
          decided.filter((one) => one !== undefined),
        )
      })
      for (const kind of kinds) onDecided(kind)
      return woke
    },

    /** Takes up wakes whose time has come: some of them, so it is called until none is taken. */
    takeDue: async (): Promise<{ taken: number; woke: boolean }> => {
      const done = await db.transaction().execute(async (tx) => {
        const { rows } = await sql<Row>`
          select * from wakes where due_at <= ${new Date(now())}
          order by due_at limit ${dueAtOnce} for update skip locked`.execute(tx)
        const decide = async (row: Row): Promise<Decided> => {
          const decision = onDue(stateOf(row), await readsOf(PrimaryHex.parse(row.inbox)), now())
          return { inbox: row.inbox, seq: Number(row.pending_seq ?? 0), decision }
        }
        const decided = await Promise.all(rows.map(decide))
        return { decided, woke: await apply(tx, decided) }
      })
      for (const { decision } of done.decided) onDecided(decision.kind)
      return { taken: done.decided.length, woke: done.woke }
    },
  }
}

export type WakeStore = ReturnType<typeof createWakeStore>
