import { Counter, Gauge, Histogram, Registry } from 'prom-client'

/** What the registry measures; gauges read their value when somebody asks. */
export type Metrics = {
  register: Registry
  /** By command and outcome: `ok` or the error's code. */
  commands: Counter<'command' | 'outcome'>
  appendSeconds: Histogram
  directoryRepairs: Counter
  /** By outcome: `verified`, or the reason of the failure. */
  proofChecks: Counter<'outcome'>
}

type Projected = { state: string; behind: number; eventTime: number }

export type Observed = {
  projections(): Readonly<Record<'people' | 'chains', Projected | undefined>>
  reactions(): Readonly<Record<'directory_repair' | 'settlement', { state: string } | undefined>>
}

export const createMetrics = (observed: Observed): Metrics => {
  const register = new Registry()
  const registers = [register]
  const perProjection = (name: string, help: string, read: (status: Projected) => number): Gauge =>
    new Gauge({
      name,
      help,
      labelNames: ['projection'],
      registers,
      collect() {
        for (const [projection, status] of Object.entries(observed.projections()))
          this.set({ projection }, read(status ?? { state: 'starting', behind: 0, eventTime: 0 }))
      },
    })

  perProjection(
    'kez_registry_projection_lag_events',
    'Events in the log that are not yet in Postgres',
    ({ state, behind }) => (state === 'standby' ? 0 : behind),
  )
  perProjection(
    'kez_registry_projection_age_seconds',
    'Age of the last event in Postgres while others wait, else 0',
    ({ behind, eventTime }) => (behind > 0 && eventTime > 0 ? (Date.now() - eventTime) / 1000 : 0),
  )
  perProjection('kez_registry_projection_stopped', '1 when the projection met an event it cannot apply', ({ state }) =>
    state === 'stopped' ? 1 : 0,
  )
  const stopped = (reaction: keyof ReturnType<Observed['reactions']>, help: string): Gauge =>
    new Gauge({
      name: `kez_registry_${reaction}_stopped`,
      help,
      registers,
      collect() {
        this.set(observed.reactions()[reaction]?.state === 'stopped' ? 1 : 0)
      },
    })
  stopped('directory_repair', '1 when the directory reaction met an event it cannot handle')
  stopped('settlement', '1 when the reaction that lets handles follow their sigchains met an event it cannot handle')
  return {
    register,
    commands: new Counter({
      name: 'kez_registry_commands_total',
      help: 'Commands answered, by command and outcome',
      labelNames: ['command', 'outcome'],
      registers,
    }),
    appendSeconds: new Histogram({
      name: 'kez_registry_append_seconds',
      help: 'Time until an append was acknowledged or refused',
      buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers,
    }),
    proofChecks: new Counter({
      name: 'kez_registry_proof_checks_total',
      help: 'Proofs that were looked for, by what came of it',
      labelNames: ['outcome'],
      registers,
    }),
    directoryRepairs: new Counter({
      name: 'kez_registry_directory_repairs_total',
      help: 'Directory entries that a command left unfinished and that were put right afterwards',
      registers,
    }),
  }
}
