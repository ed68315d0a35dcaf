import { createBoundedMap } from '../bounded.ts'

const MOST_RELAYS = 32

/** Which relays delivered an event: a hint where its author reads and writes, never a proof. */
export interface SeenOn {
  note(id: string, relay: string): void
  /** In the order they delivered it. */
  relays(id: string): readonly string[]
}

/** Of the last `most` events. */
export const createSeenOn = (most = 10_000): SeenOn => {
  const seen = createBoundedMap<Set<string>>(most)
  return {
    note: (id, relay) => {
      const relays = seen.get(id) ?? new Set<string>()
      if (relays.size < MOST_RELAYS) relays.add(relay)
      seen.set(id, relays)
    },
    relays: (id) => [...(seen.get(id) ?? [])],
  }
}
