import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

/** How a request over NATS ended: `refused` for what is wrong with it, `failed` for what is wrong here, `shed` when there was too much at once. */
export type RequestOutcome = 'ok' | 'refused' | 'failed' | 'shed'

/** Told what happens on one connection to NATS. */
export type NatsObserver = {
  connected(isUp: boolean): void
  /** The connection broke by itself. */
  lost(): void
  /** The server said that something is wrong, e.g. a missing permission. */
  failed(): void
  /** `subject` is the pattern that is served, never that of a person. */
  request(subject: string, outcome: RequestOutcome, seconds: number): void
}

/** Told what a durable consumer's work comes to. Ages are from the storing of an event, in seconds. */
export type ReactionObserver = {
  event(outcome: 'handled' | 'retried' | 'dead_letter', age: number): void
  /** Events behind those that were taken last, as the server says. */
  pending(count: number): void
  stopped(isStopped: boolean): void
}

/** Connections of one pool to Postgres. */
export type PoolUse = { readonly open: number; readonly idle: number; readonly waiting: number }

export type ServiceMetrics = {
  nats(connection: string): NatsObserver
  reaction(reaction: string, stream: string): ReactionObserver
  postgres(schema: string, use: () => PoolUse | undefined): void
  /** How much a stream of this service may hold, by the setting. */
  streamLimit(stream: string, bytes: number): void
}

/** Seconds. */
const quick = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const patient = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200]

/** What every service measures in the same way, under the same names; the label `service` tells them apart. */
export const createServiceMetrics = (
  registry: Registry,
  { service, version }: { readonly service: string; readonly version: string },
): ServiceMetrics => {
  const registers = [registry]
  new Gauge({
    name: 'kez_build_info',
    help: 'Always 1; the labels say what runs',
    labelNames: ['service', 'version', 'node'],
    registers,
  }).set({ service, version, node: process.version }, 1)
  const connected = new Gauge({
    name: 'kez_nats_connected',
    help: '1 while the connection to NATS is up',
    labelNames: ['service', 'connection'],
    registers,
  })
  const disconnects = new Counter({
    name: 'kez_nats_disconnects_total',
    help: 'Connections to NATS that broke; the client connects again by itself',
    labelNames: ['service', 'connection'],
    registers,
  })
  const errors = new Counter({
    name: 'kez_nats_errors_total',
    help: 'Errors that NATS reported on a connection, such as a permission that is missing',
    labelNames: ['service', 'connection'],
    registers,
  })
  const requests = new Histogram({
    name: 'kez_bus_request_seconds',
    help: 'Seconds to answer a request over NATS, by subject and by how it ended: ok, refused (the fault of who asked), failed (ours), shed (too much at once)',
    labelNames: ['service', 'subject', 'outcome'],
    buckets: quick,
    registers,
  })
  const events = new Counter({
    name: 'kez_reaction_events_total',
    help: 'Events that a durable consumer worked on, by what came of it: handled, retried, dead_letter',
    labelNames: ['service', 'reaction', 'stream', 'outcome'],
    registers,
  })
  const ages = new Histogram({
    name: 'kez_reaction_event_age_seconds',
    help: 'Seconds from the storing of an event to the end of what a durable consumer did for it',
    labelNames: ['service', 'reaction', 'stream'],
    buckets: patient,
    registers,
  })
  const pending = new Gauge({
    name: 'kez_reaction_pending_events',
    help: 'Events that wait behind those that a durable consumer took last, as this process was told',
    labelNames: ['service', 'reaction', 'stream'],
    registers,
  })
  const stopped = new Gauge({
    name: 'kez_reaction_stopped',
    help: '1 when a durable consumer met an event that it cannot handle, and stopped there',
    labelNames: ['service', 'reaction', 'stream'],
    registers,
  })
  const deadLetters = new Counter({
    name: 'kez_dead_letters_total',
    help: 'Events that were given up and put into DEAD_LETTERS, by who gave them up and from which stream',
    labelNames: ['service', 'reaction', 'stream'],
    registers,
  })
  const limits = new Gauge({
    name: 'kez_stream_limit_bytes',
    help: 'How much a stream may hold, by the setting of the service that owns it',
    labelNames: ['service', 'stream'],
    registers,
  })
  const pools: { schema: string; use: () => PoolUse | undefined }[] = []
  new Gauge({
    name: 'kez_postgres_connections',
    help: 'Connections to Postgres, by schema and state',
    labelNames: ['service', 'schema', 'state'],
    registers,
    collect() {
      for (const { schema, use } of pools) {
        const { open, idle } = use() ?? { open: 0, idle: 0 }
        this.set({ service, schema, state: 'busy' }, open - idle)
        this.set({ service, schema, state: 'idle' }, idle)
      }
    },
  })
  new Gauge({
    name: 'kez_postgres_waiting_statements',
    help: 'Statements that wait for a connection to Postgres to become free',
    labelNames: ['service', 'schema'],
    registers,
    collect() {
      for (const { schema, use } of pools) this.set({ service, schema }, use()?.waiting ?? 0)
    },
  })

  return {
    nats: (connection) => {
      const labels = { service, connection }
      connected.set(labels, 0)
      disconnects.inc(labels, 0)
      errors.inc(labels, 0)
      return {
        connected: (isUp) => connected.set(labels, isUp ? 1 : 0),
        lost: () => disconnects.inc(labels),
        failed: () => errors.inc(labels),
        request: (subject, outcome, seconds) => requests.observe({ service, subject, outcome }, seconds),
      }
    },
    reaction: (reaction, stream) => {
      const labels = { service, reaction, stream }
      pending.set(labels, 0)
      stopped.set(labels, 0)
      deadLetters.inc(labels, 0)
      for (const outcome of ['handled', 'retried', 'dead_letter']) events.inc({ ...labels, outcome }, 0)
      return {
        event: (outcome, age) => {
          events.inc({ ...labels, outcome })
          if (outcome === 'handled') ages.observe(labels, Math.max(0, age))
          if (outcome === 'dead_letter') deadLetters.inc(labels)
        },
        pending: (count) => pending.set(labels, count),
        stopped: (isStopped) => stopped.set(labels, isStopped ? 1 : 0),
      }
    },
    streamLimit: (stream, bytes) => limits.set({ service, stream }, bytes),
    postgres: (schema, use) => void pools.push({ schema, use }),
  }
}
