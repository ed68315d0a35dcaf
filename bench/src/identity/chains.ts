import { createEvent, emptyChain, type SigchainEvent, validateChain } from '@kez-chat/identity'
import type { Bench } from '../frame/bench.ts'
import { bareSignature, benchKey, ratePerSecond, verifyBare } from './signed.ts'

const SHORT = 1_000
const LONG = 10_000
const key = benchKey(0)

const chainOf = (length: number): SigchainEvent[] => {
  const start = Date.now() - length * 1_000
  let head = emptyChain(key.primary)
  return Array.from({ length }, (_, n) => {
    const next = createEvent(head, { op: 'add', subject: `github:alice-${n}` }, start + n * 1_000, key)
    head = next.head
    return next.envelope
  })
}

/** Events per second when chains of one length are validated whole, LONG events in all. */
const validatedPerSecond = (events: readonly SigchainEvent[]): number => {
  const chains = Array.from({ length: LONG / events.length }, () => events)
  return ratePerSecond(chains, (chain) => validateChain(chain, key.primary), 1) * events.length
}

/** Chain validation beside nothing but the signatures' equation. */
export const chains: Bench = {
  name: 'chains',
  describe: `events per second of CPU time, of a sigchain of ${SHORT} validated whole vs bare native Ed25519 verify of their signatures`,
  unit: 'events/s',
  better: 'higher',
  bar: 0.7,
  pairs: 11,
  prepare: async () => {
    const events = chainOf(SHORT)
    const signatures = events.map((event) => bareSignature(event, key.primary))
    return {
      bare: async () => ({ main: ratePerSecond(signatures, verifyBare, 500) }),
      ours: async () => ({ main: validatedPerSecond(events) }),
      stop: async () => {},
    }
  },
}

/** Whether validation is linear: what an event costs must not depend on how many there are. */
export const chainGrowth: Bench = {
  name: 'chain-growth',
  describe: `microseconds of CPU time an event when a sigchain of ${LONG} is validated whole vs one of ${SHORT}`,
  unit: 'µs/event',
  better: 'lower',
  bar: 1.3,
  pairs: 5,
  prepare: async () => {
    const events = chainOf(LONG)
    const microseconds = (chain: readonly SigchainEvent[]): { main: number } => ({
      main: 1_000_000 / validatedPerSecond(chain),
    })
    return {
      bare: async () => microseconds(events.slice(0, SHORT)),
      ours: async () => microseconds(events),
      stop: async () => {},
    }
  },
}
