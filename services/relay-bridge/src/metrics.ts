import { RelayState } from '@kez-chat/contracts'
import { Counter, Gauge, Histogram, Registry } from 'prom-client'

export const relayStates = RelayState.options

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** Relays are named by their URL, at most as many as the settings take; people never. */
export const createMetrics = () => {
  const registry = new Registry()
  const registers = [registry]
  const counter = <L extends string>(name: string, help: string, labelNames: L[] = []) =>
    new Counter({ name: `kez_relay_bridge_${name}`, help, labelNames, registers })
  const gauge = <L extends string>(name: string, help: string, labelNames: L[] = []) =>
    new Gauge({ name: `kez_relay_bridge_${name}`, help, labelNames, registers })
  let collect = (): void => undefined
  const metrics = {
    registry,
    /** Names what brings the gauges up to date before they are read. */
    onCollect: (update: () => void): void => {
      collect = update
    },
    addresses: new Gauge({
      name: 'kez_relay_bridge_addresses',
      help: 'Addresses of registered people, those of former keys too',
      registers,
      // The first gauge that is read.
      collect: () => collect(),
    }),
    addressBytes: gauge('address_table_bytes', 'Memory of the table of addresses'),
    leases: gauge('leases_owned', 'Relays that this replica listens on'),
    state: gauge('relay_state', '1 for the state that a relay of this replica is in', ['relay', 'state']),
    latency: gauge('relay_latency_seconds', 'Last round trip of a ping', ['relay']),
    lastEventAge: gauge('relay_last_event_age_seconds', 'Seconds since an event was last accepted', ['relay']),
    cursorGap: gauge('relay_cursor_gap_seconds', 'How much further back than 48 h the cursor is', ['relay']),
    received: counter('events_received_total', 'Events that came from a relay', ['relay']),
    accepted: counter('events_accepted_total', 'Events of a relay that are in an inbox', ['relay']),
    duplicates: counter('events_duplicate_total', 'Events that had come before, by whatever way', ['relay']),
    rejected: counter('events_rejected_total', 'Events that were refused, by why', ['relay', 'reason']),
    offences: counter('relay_offences_total', 'What a relay did wrong', ['relay', 'offence']),
    penalties: counter('relay_penalties_total', 'How often a relay was left alone for what it did', [
      'relay',
      'reason',
    ]),
    mailboxRefusals: counter('mailbox_refusals_total', 'Events refused by the limits of a mailbox, by which', [
      'limit',
    ]),
    took: new Histogram({
      name: 'kez_relay_bridge_event_seconds',
      help: 'Seconds from the arrival of an event for somebody here to its being in an inbox, or refused',
      buckets: seconds,
      registers,
    }),
    store: new Histogram({
      name: 'kez_relay_bridge_store_seconds',
      help: 'Seconds until JetStream had confirmed that an event is on disk, or refused it',
      buckets: seconds,
      registers,
    }),
    verifyWaiting: gauge('verify_waiting', 'Events that wait for a verdict or are being verified'),
    verifyCpu: gauge('verify_cpu_seconds', 'CPU time of the verifying threads'),
    threadsLost: counter('verify_threads_lost_total', 'Verifying threads that ended by themselves'),
  }
  for (const limit of ['hourly', 'bytes', 'messages', 'stream']) metrics.mailboxRefusals.inc({ limit }, 0)
  return metrics
}

export type Metrics = ReturnType<typeof createMetrics>

/** A relay that this replica has let go of has no gauges here. */
export const dropRelay = ({ state, latency, lastEventAge, cursorGap }: Metrics, relay: string): void => {
  for (const name of relayStates) state.remove({ relay, state: name })
  for (const gauge of [latency, lastEventAge, cursorGap]) gauge.remove({ relay })
}
