import { sql } from 'kysely'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Db } from './db/database.ts'
import type { Outcome } from './sending/outcome.ts'

type Standing = { alive: number; failing: number; pending: number; oldest: number }

const standingOf = async (db: Db): Promise<Standing | undefined> => {
  const { rows } = await sql<Standing>`
    select
      (select count(*)::int from subscriptions where failing_since is null) as alive,
      (select count(*)::int from subscriptions where failing_since is not null) as failing,
      (select count(*)::int from deliveries) as pending,
      (select coalesce(extract(epoch from now() - min(since)), 0)::float8 from deliveries) as oldest`.execute(db)
  return rows[0]
}

/** Asked once for all figures of a scrape; undefined while the database is away. */
const recently = (database: () => Db | undefined) => {
  let asked: Promise<Standing | undefined> | undefined
  let at = 0
  return (): Promise<Standing | undefined> => {
    const db = database()
    if (asked && Date.now() - at < 1_000) return asked
    at = Date.now()
    asked = db ? standingOf(db).catch(() => undefined) : Promise.resolve(undefined)
    return asked
  }
}

/** No figure names a person or an endpoint; `service` is an entry of the list of push services. */
export const createMetrics = (database: () => Db | undefined) => {
  const registry = new Registry()
  const registers = [registry]
  const attempts = new Counter({
    name: 'kez_push_attempts_total',
    help: 'Pushes sent, by push service and outcome: delivered, gone, or the reason of the failure',
    labelNames: ['service', 'outcome'],
    registers,
  })
  const seconds = new Histogram({
    name: 'kez_push_attempt_seconds',
    help: 'Seconds until a push service had answered',
    labelNames: ['service'],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  })
  const standing = recently(database)
  new Gauge({
    name: 'kez_push_subscriptions',
    help: 'Devices that are woken, by whether the last push to them went through',
    labelNames: ['state'],
    registers,
    async collect() {
      const now = await standing()
      if (!now) return
      this.set({ state: 'alive' }, now.alive)
      this.set({ state: 'failing' }, now.failing)
    },
  })
  new Gauge({
    name: 'kez_push_pending',
    help: 'Pushes that are to be sent or tried again',
    registers,
    async collect() {
      this.set((await standing())?.pending ?? 0)
    },
  })
  new Gauge({
    name: 'kez_push_oldest_pending_seconds',
    help: 'Age of the oldest push that is to be sent or tried again; 0 when there is none',
    registers,
    async collect() {
      this.set((await standing())?.oldest ?? 0)
    },
  })
  const waited = new Histogram({
    name: 'kez_push_delivery_seconds',
    help: 'Seconds from deciding to wake a device until its push service had taken the push, with every attempt in between',
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600, 21_600],
    registers,
  })
  const decided = new Counter({
    name: 'kez_push_decisions_total',
    help: 'What was decided about people who have got something: wake, wait (not yet) or nothing (they have read it)',
    labelNames: ['decision'],
    registers,
  })
  for (const decision of ['wake', 'wait', 'nothing']) decided.inc({ decision }, 0)
  let underWay = (): number => 0
  new Gauge({
    name: 'kez_push_under_way',
    help: 'Pushes that are being sent',
    registers,
    collect() {
      this.set(underWay())
    },
  })
  return {
    registry,
    onDelivered: (seconds: number): void => waited.observe(seconds),
    onDecided: (decision: 'wake' | 'wait' | 'nothing'): void => decided.inc({ decision }),
    /** Names what says how many pushes are under way. */
    watch: (read: () => number): void => {
      underWay = read
    },
    onAttempt: (service: string, outcome: Outcome, took: number): void => {
      attempts.inc({ service, outcome: outcome.kind === 'delivered' ? outcome.kind : outcome.reason })
      seconds.observe({ service }, took)
    },
  }
}
