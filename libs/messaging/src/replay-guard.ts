import type { PrimaryId } from '@kez-chat/identity'
import { acceptableUntil } from './freshness.ts'

/** Where a replay guard keeps what it has seen, across restarts. The web app's is a table of IndexedDB. */
export interface ReplayStore {
  has(key: string): Promise<boolean>
  /**
   * Keeps `key` until `expiresAt` (unix milliseconds), atomically: of several calls with one key, from whatever tab,
   * exactly one resolves to true.
   */
  add(key: string, expiresAt: number): Promise<boolean>
  /** Drops what expired before `now` (unix milliseconds). */
  dropExpired(now: number): Promise<void>
}

/** The facts of a message a replay guard goes by. */
export interface SeenMessage {
  readonly from: PrimaryId
  readonly innerId: string
  /** Unix milliseconds. */
  readonly sentAt: number
  /** Where it could be accepted longer than `sentAt` tells: until when, unix milliseconds. */
  readonly until?: number
}

/** Makes each logical message count once, whatever the route and however often it comes (protocol §3). */
export interface ReplayGuard {
  /** Whether the message was remembered before. A cheap look, not a decision: `remember` decides. */
  seen(from: PrimaryId, innerId: string): Promise<boolean>
  /**
   * Call after a successful open. True for the first time, false for a replay. Kept as long as `sent_at` could be
   * accepted, also after the message itself is deleted.
   */
  remember(message: SeenMessage): Promise<boolean>
  /** Forgets what no longer could be accepted; now and then is enough. */
  sweep(now: number): Promise<void>
}

const keyOf = (from: PrimaryId, innerId: string): string => `${from}/${innerId}`

export const createReplayGuard = (store: ReplayStore): ReplayGuard => ({
  seen: (from, innerId) => store.has(keyOf(from, innerId)),
  remember: ({ from, innerId, sentAt, until = 0 }) =>
    store.add(keyOf(from, innerId), Math.max(acceptableUntil(sentAt), until)),
  sweep: (now) => store.dropExpired(now),
})

/** A store for as long as the process lives: for tools and tests. */
export const createMemoryReplayStore = (): ReplayStore => {
  const expiries = new Map<string, number>()
  return {
    has: async (key) => expiries.has(key),
    add: async (key, expiresAt) => {
      if (expiries.has(key)) return false
      expiries.set(key, expiresAt)
      return true
    },
    dropExpired: async (now) => {
      for (const [key, expiresAt] of expiries) if (expiresAt < now) expiries.delete(key)
    },
  }
}
