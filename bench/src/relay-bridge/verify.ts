import type { Bench, Figures } from '../frame/bench.ts'
import { startBenchBridge } from './bridge.ts'
import { createEvents, type SignedEvent } from './events.ts'

const people = 32
const events = 2_000
const within = 120_000

/** Events verified and stored per CPU-second of the verifying threads, beside nostr-wasm alone. */
export const relayVerify: Bench = {
  name: 'relay-verify',
  describe: `events from a relay that are verified and in an inbox, per CPU second of the verifying threads (wall: per second) vs bare nostr-wasm verification of parsed events in one thread; ${events} each`,
  unit: 'events/s',
  better: 'higher',
  bar: 0.8,
  pairs: 7,
  prepare: async () => {
    const bridge = await startBenchBridge(people)
    const { next, verify } = await createEvents()
    const fresh = (): SignedEvent[] =>
      Array.from({ length: events }, (_, i) => next(bridge.people[i % people]?.primaryHex ?? ''))
    const ours = async (): Promise<Figures> => {
      const made = fresh()
      const before = await bridge.figures()
      const started = performance.now()
      for (const event of made) bridge.relay.feed(event)
      for (;;) {
        const { accepted, cpuSeconds } = await bridge.figures()
        const ms = performance.now() - started
        if (accepted - before.accepted >= events)
          return { main: events / (cpuSeconds - before.cpuSeconds), wall: (events / ms) * 1_000 }
        if (ms > within) throw new Error(`only ${accepted - before.accepted} of ${events} events are in an inbox`)
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    }
    const bare = async (): Promise<Figures> => {
      const made = fresh()
      const started = process.threadCpuUsage()
      for (const event of made) verify(event)
      const { user, system } = process.threadCpuUsage(started)
      return { main: (events / (user + system)) * 1_000_000, wall: Number.NaN }
    }
    await ours()
    await bare()
    return { bare, ours, stop: bridge.stop }
  },
}
