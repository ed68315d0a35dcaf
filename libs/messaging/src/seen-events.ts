import { isHex } from '@kez-chat/identity'

/** How many event ids are remembered (protocol §3). */
export const SEEN_EVENTS = 10_000

/** Where seen event ids are kept across restarts, oldest first. */
export interface SeenEventsStore {
  load(): Promise<readonly string[]>
  save(ids: readonly string[]): Promise<void>
}

/**
 * The ids of the events handled last: a cache in front of the replay guard, so that the copies of many relays are not
 * opened again. Forgetting one costs time, never a message shown twice.
 */
export interface SeenEvents {
  has(id: string): boolean
  /** Call after the event was handled, or it is lost if the page ends in between. False when it was known. */
  add(id: string): boolean
  readonly size: number
  /** Saves what changed since the last time; every few seconds and on leaving is enough. */
  flush(): Promise<void>
}

/** @param limit how many ids; the ones not met for the longest are forgotten first */
export const createSeenEvents = async (store?: SeenEventsStore, limit: number = SEEN_EVENTS): Promise<SeenEvents> => {
  const stored = (await store?.load()) ?? []
  const ids = new Set(stored.filter((id) => isHex(id, 32)).slice(-limit))
  let changed = false
  return {
    has: (id) => ids.has(id),
    add: (id) => {
      const isNew = !ids.delete(id)
      ids.add(id)
      changed = true
      if (ids.size > limit) for (const oldest of ids.values()) return ids.delete(oldest)
      return isNew
    },
    get size() {
      return ids.size
    },
    flush: async () => {
      if (!changed || store === undefined) return
      changed = false
      try {
        await store.save([...ids])
      } catch (cause) {
        changed = true
        throw cause
      }
    },
  }
}
