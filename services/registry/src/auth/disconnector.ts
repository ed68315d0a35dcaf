import { setTimeout as sleep } from 'node:timers/promises'
import type { PrimaryHex } from '@kez-chat/contracts'
import type { Log, NatsConnection } from '@kez-chat/runtime'
import type { AuditId } from './audit-id.ts'
import { endConnection, listConnections, type PersonConnection } from './connections.ts'
import type { Metrics } from './metrics.ts'

export type DisconnectorOptions = {
  readonly nc: NatsConnection
  /** Of the issuer in use, and of one that is being changed: connections may have been let in by either. */
  readonly auditIds: readonly AuditId[]
  readonly metrics: Metrics
  /** How long servers wait for an answer, ms: a login that was decided before may still be under way so long. */
  readonly serverTimeout: number
  readonly log: Log
}

export type Disconnector = {
  /** Ends the connections of an identity that has ended, and looks again until no login of it can be under way. */
  end(primary: PrimaryHex): void
  /** Ends whatever connections these identities have. For what happened while nobody watched. */
  endAll(primaries: Iterable<PrimaryHex>): void
  stop(): Promise<void>
}

/** Up to so many are looked for one by one; for more, all connections are listed once. */
const oneByOne = 8
const retryAfter = 1_000

export const createDisconnector = (options: DisconnectorOptions): Disconnector => {
  const { nc, auditIds, metrics, serverTimeout, log } = options
  const namesOf = (primary: PrimaryHex): string[] => auditIds.map((auditId) => auditId(primary))
  const stopping = new AbortController()
  /** Audit id → times (ms) at which it is looked for. */
  const wanted = new Map<string, number[]>()
  let running: Promise<void> | undefined
  let waking = new AbortController()

  const find = async (audits: ReadonlySet<string>): Promise<PersonConnection[]> => {
    if (audits.size > oneByOne) return (await listConnections(nc)).filter(({ audit }) => audits.has(audit))
    const lists = await Promise.all([...audits].map((audit) => listConnections(nc, audit)))
    return lists.flat()
  }

  const sweep = async (audits: ReadonlySet<string>): Promise<void> => {
    for (const connection of await find(audits)) {
      await endConnection(nc, connection)
      metrics.kicks.inc()
      log.info({ audit: connection.audit }, 'a connection was ended: the identity behind it has')
    }
  }

  const due = (now: number): Set<string> =>
    new Set([...wanted].filter(([, times]) => (times[0] ?? 0) <= now).map(([audit]) => audit))

  const done = (audits: ReadonlySet<string>, now: number): void => {
    for (const audit of audits) {
      const later = (wanted.get(audit) ?? []).filter((time) => time > now)
      if (later.length > 0) wanted.set(audit, later)
      else wanted.delete(audit)
    }
  }

  const run = async (): Promise<void> => {
    while (wanted.size > 0 && !stopping.signal.aborted) {
      const now = Date.now()
      const audits = due(now)
      try {
        if (audits.size > 0) {
          await sweep(audits)
          done(audits, now)
          metrics.sweeps.inc({ outcome: 'done' })
        }
        const next = Math.min(...[...wanted.values()].map(([time]) => time ?? 0))
        if (wanted.size > 0) await pause(Math.max(50, next - Date.now()))
      } catch (error) {
        metrics.sweeps.inc({ outcome: 'failed' })
        log.warn({ err: error }, 'connections of ended identities cannot be looked for right now; trying again')
        await pause(retryAfter * (0.5 + Math.random()))
      }
    }
    running = undefined
  }

  /** Ends early when somebody else is to be looked for. */
  const pause = async (ms: number): Promise<void> => {
    waking = new AbortController()
    const signal = AbortSignal.any([stopping.signal, waking.signal])
    await sleep(ms, undefined, { signal }).catch(() => undefined)
  }

  const look = (audits: Iterable<string>, after: readonly number[]): void => {
    const now = Date.now()
    for (const audit of audits)
      wanted.set(
        audit,
        after.map((ms) => now + ms),
      )
    if (wanted.size === 0) return
    waking.abort()
    running ??= run()
  }

  return {
    end: (primary) => look(namesOf(primary), [0, 1_000, serverTimeout / 2, serverTimeout + 1_000]),
    endAll: (primaries) => {
      const audits = [...primaries].flatMap(namesOf).filter((audit) => !wanted.has(audit))
      look(audits, [0, serverTimeout + 1_000])
    },
    stop: async () => {
      stopping.abort()
      await running
    },
  }
}
