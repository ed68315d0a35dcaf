import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import { listKinds, mailKinds } from './kinds.ts'

/** What of a message is safe as a label: the prefix of NIP-01. */
const outcomeOf = (taken: boolean, message: string): string => {
  const [prefix = ''] = message.split(':', 1)
  if (taken) return message === '' ? 'stored' : 'duplicate'
  return prefix
}

const kindLabel = (kind: number): string =>
  mailKinds.has(kind) || listKinds.has(kind) || kind === 5 || kind === 62 ? String(kind) : 'other'

export const createHomeRelayMetrics = (registry: Registry, sessions: () => number) => {
  const registers = [registry]
  new Gauge({
    name: 'kez_home_relay_sessions',
    help: 'Clients of the home relay whose session is at this replica',
    registers,
    collect() {
      this.set(sessions())
    },
  })
  const messages = new Counter({
    name: 'kez_home_relay_messages_total',
    help: 'Messages of clients by type',
    labelNames: ['type'],
    registers,
  })
  const events = new Counter({
    name: 'kez_home_relay_events_total',
    help: 'Events that clients sent, by kind and what became of them',
    labelNames: ['kind', 'outcome'],
    registers,
  })
  const auths = new Counter({
    name: 'kez_home_relay_auths_total',
    help: 'Authentications of clients by outcome',
    labelNames: ['outcome'],
    registers,
  })
  for (const outcome of ['ok', 'refused']) auths.inc({ outcome }, 0)
  const sent = new Counter({ name: 'kez_home_relay_events_sent_total', help: 'Events sent to clients', registers })
  const seconds = new Histogram({
    name: 'kez_home_relay_answer_seconds',
    help: 'Seconds to answer a client: EVENT until OK, REQ until EOSE',
    labelNames: ['type'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  })
  return {
    answered: (type: 'EVENT' | 'REQ', startedAt: number): void =>
      seconds.observe({ type }, (performance.now() - startedAt) / 1_000),
    message: (type: string): void => messages.inc({ type }),
    event: (kind: number, taken: boolean, message: string): void =>
      events.inc({ kind: kindLabel(kind), outcome: outcomeOf(taken, message) }),
    auth: (ok: boolean): void => auths.inc({ outcome: ok ? 'ok' : 'refused' }),
    sent: (count: number): void => sent.inc(count),
  }
}

export type HomeRelayMetrics = ReturnType<typeof createHomeRelayMetrics>
