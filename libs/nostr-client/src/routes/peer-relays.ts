import {
  KIND_INBOX_RELAYS,
  KIND_RELAY_LIST,
  type NostrEvent,
  type PeerLists,
  relaysToReach,
} from '@kez-chat/messaging/nostr'
import { createBoundedMap } from '../bounded.ts'
import type { RelayPool } from '../pool/pool.ts'
import { pause, type Timing } from '../timing.ts'

export interface PeerRelaysOptions {
  readonly pool: Pick<RelayPool, 'query'>
  readonly timing: Timing
  /** Which of the advertised relays may be dialled; protocol §4 unless told otherwise. */
  readonly choose?: (lists: PeerLists) => string[]
}

export interface PeerRelays {
  /** Where the owner of this nostr key wants messages; waits for a first answer no longer than `withinMs`. */
  find(nostr: string, withinMs: number): Promise<readonly string[]>
}

const MOST_PEERS = 500
const KEPT_MS = 6 * 3_600_000
/** Nothing found: asked again soon, for the relays may have been away. */
const EMPTY_KEPT_MS = 5 * 60_000
const QUERY_MS = 5_000

const newest = (events: readonly NostrEvent[], kind: number): NostrEvent | undefined =>
  events.filter((event) => event.kind === kind).toSorted((a, b) => b.created_at - a.created_at)[0]

/** The relays people advertise (kinds 10050 and 10002), looked up at the own relays and kept for a while. */
export const createPeerRelays = ({ pool, timing, choose = relaysToReach }: PeerRelaysOptions): PeerRelays => {
  const known = createBoundedMap<{ readonly urls: readonly string[]; readonly until: number }>(MOST_PEERS)
  const asking = new Map<string, Promise<readonly string[]>>()

  const ask = async (nostr: string): Promise<readonly string[]> => {
    const filters = [{ kinds: [KIND_INBOX_RELAYS, KIND_RELAY_LIST], authors: [nostr] }]
    const events = await pool.query(filters, { withinMs: QUERY_MS, most: 20 })
    const inboxRelays = newest(events, KIND_INBOX_RELAYS)
    const relayList = newest(events, KIND_RELAY_LIST)
    const urls = choose({ ...(inboxRelays ? { inboxRelays } : {}), ...(relayList ? { relayList } : {}) })
    known.set(nostr, { urls, until: timing.now() + (events.length > 0 ? KEPT_MS : EMPTY_KEPT_MS) })
    return urls
  }

  const askOnce = (nostr: string): Promise<readonly string[]> => {
    const running = asking.get(nostr)
    if (running) return running
    const answer = ask(nostr).finally(() => asking.delete(nostr))
    asking.set(nostr, answer)
    return answer
  }

  return {
    find: async (nostr, withinMs) => {
      const cached = known.get(nostr)
      if (cached && cached.until > timing.now()) return cached.urls
      if (asking.size >= MOST_PEERS) return cached?.urls ?? []
      const over = new AbortController()
      const late = pause(timing, withinMs, over.signal).then(() => cached?.urls ?? [])
      try {
        return await Promise.race([askOnce(nostr), late])
      } finally {
        over.abort()
      }
    },
  }
}
