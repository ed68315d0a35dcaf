import { bucketName, type RelayState, type RelayStatus } from '@kez-chat/contracts'
import type { JetStream } from '@kez-chat/eventlog'
import { storeMessage } from '@kez-chat/eventlog/messages'
import { relayKeyOf } from '../leases/relay-key.ts'
import { dropRelay, type Metrics, relayStates } from '../metrics.ts'
import type { RelayCounts } from '../relays/session.ts'

/** How one relay does, for metrics and for `GET /v1/relays`. Only its owner among the replicas reports. */
export type RelayReport = {
  readonly counts: RelayCounts
  begin(): void
  end(): void
  state(state: RelayState, reason?: string): void
  /** Seconds that the cursor is further back than the look-back asks for. */
  cursorGap(seconds: number): void
  /** Called before metrics are read. */
  collect(): void
  /** Writes how the relay does when this replica is its owner; failures are for the next time. */
  publish(): Promise<void>
}

type Figures = {
  state: RelayState
  reason: string | undefined
  accepted: number
  rejected: number
  latencyMs: number | undefined
  lastEventAt: number | undefined
}

const publishAfter = 300

export const createRelayReport = (url: string, jetstream: JetStream, metrics: Metrics): RelayReport => {
  const relay = { relay: url }
  const fresh = (): Figures => ({
    state: 'connecting',
    reason: undefined,
    accepted: 0,
    rejected: 0,
    latencyMs: undefined,
    lastEventAt: undefined,
  })
  let figures: Figures | undefined
  let publishing: NodeJS.Timeout | undefined

  const status = ({ state, reason, accepted, rejected, latencyMs, lastEventAt }: Figures): RelayStatus => ({
    url,
    state,
    accepted,
    rejected,
    updated_at: new Date().toISOString(),
    ...(latencyMs === undefined ? {} : { latency_ms: Math.round(latencyMs) }),
    ...(lastEventAt === undefined ? {} : { last_event_at: new Date(lastEventAt).toISOString() }),
    ...(reason === undefined ? {} : { reason }),
  })

  const publish = async (): Promise<void> => {
    if (!figures) return
    const subject = `$KV.${bucketName.relayStates}.${relayKeyOf(url)}`
    await storeMessage(jetstream.nc, subject, JSON.stringify(status(figures))).catch(() => undefined)
  }

  const showState = (now: RelayState | undefined): void => {
    for (const state of relayStates) metrics.state.set({ ...relay, state }, state === now ? 1 : 0)
  }

  for (const counter of [metrics.received, metrics.accepted, metrics.duplicates]) counter.inc(relay, 0)

  return {
    counts: {
      received: () => metrics.received.inc(relay),
      accepted: (isNew) => {
        if (figures) {
          figures.accepted += 1
          figures.lastEventAt = Date.now()
        }
        metrics.accepted.inc(relay)
        if (!isNew) metrics.duplicates.inc(relay)
      },
      duplicate: () => metrics.duplicates.inc(relay),
      rejected: (reason) => {
        if (figures && reason !== 'not_ours') figures.rejected += 1
        metrics.rejected.inc({ ...relay, reason })
      },
      offence: (offence) => metrics.offences.inc({ ...relay, offence }),
      latency: (ms) => {
        if (figures) figures.latencyMs = ms
        metrics.latency.set(relay, ms / 1_000)
      },
      took: (seconds) => metrics.took.observe(seconds),
    },
    begin: () => {
      figures = fresh()
      metrics.leases.inc()
    },
    end: () => {
      figures = undefined
      clearTimeout(publishing)
      publishing = undefined
      metrics.leases.dec()
      dropRelay(metrics, url)
    },
    state: (state, reason) => {
      if (!figures) return
      figures.state = state
      figures.reason = reason === '' ? undefined : reason
      showState(state)
      publishing ??= setTimeout(() => {
        publishing = undefined
        void publish()
      }, publishAfter)
    },
    cursorGap: (seconds) => {
      if (figures) metrics.cursorGap.set(relay, Math.max(0, seconds))
    },
    collect: () => {
      if (figures?.lastEventAt !== undefined)
        metrics.lastEventAge.set(relay, Math.max(0, (Date.now() - figures.lastEventAt) / 1_000))
    },
    publish,
  }
}
