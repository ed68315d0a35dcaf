import { Counter, Gauge, Histogram, Registry } from 'prom-client'

export type Metrics = ReturnType<typeof createMetrics>

/** What the auth responder measures. Depth and ages are read when somebody asks. */
export const createMetrics = (observed: { depth(): number; serverTimeoutSeconds: number; queueLimit?: number }) => {
  const register = new Registry()
  const registers = [register]
  new Gauge({
    name: 'kez_auth_queue_depth',
    help: 'Logins that wait to be decided',
    registers,
    collect() {
      this.set(observed.depth())
    },
  })
  new Gauge({
    name: 'kez_auth_server_timeout_seconds',
    help: 'How long the NATS servers wait for an answer, by the setting',
    registers,
  }).set(observed.serverTimeoutSeconds)
  new Gauge({
    name: 'kez_auth_queue_limit',
    help: 'Most logins that wait to be decided; more are shed',
    registers,
  }).set(observed.queueLimit ?? 0)
  const metrics = {
    register,
    /** `admitted`, `refused` by reason, `ignored` (not a sound request of a server), `shed`, `late`, `unavailable`. */
    logins: new Counter({
      name: 'kez_auth_logins_total',
      help: 'Logins by outcome, and the reason where there is one',
      labelNames: ['outcome', 'reason'],
      registers,
    }),
    seconds: new Histogram({
      name: 'kez_auth_login_seconds',
      help: 'From the arrival of a login request to its answer, waiting included',
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8],
      registers,
    }),
    waiting: new Histogram({
      name: 'kez_auth_queue_wait_seconds',
      help: 'From the arrival of a login request until its turn came',
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8],
      registers,
    }),
    directoryPeople: new Gauge({
      name: 'kez_auth_directory_people',
      help: 'People in the copy of the directory',
      registers,
    }),
    directorySynced: new Gauge({
      name: 'kez_auth_directory_synced_at_seconds',
      help: 'When the copy of the directory was last known to be complete, unix seconds',
      registers,
    }),
    kicks: new Counter({
      name: 'kez_auth_connections_ended_total',
      help: 'Connections ended because the identity behind them was rotated or revoked',
      registers,
    }),
    sweeps: new Counter({
      name: 'kez_auth_sweeps_total',
      help: 'Searches for connections of ended identities, by outcome',
      labelNames: ['outcome'],
      registers,
    }),
  }
  // What has not happened yet is 0: a rate of it, and an alert about it, begin with the first time.
  for (const outcome of ['admitted', 'shed', 'late', 'unavailable', 'failed'])
    metrics.logins.inc({ outcome, reason: '' }, 0)
  for (const outcome of ['done', 'failed']) metrics.sweeps.inc({ outcome }, 0)
  return metrics
}
