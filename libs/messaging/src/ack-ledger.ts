import { acceptableUntil } from './freshness.ts'
import type { ReplayStore, SeenMessage } from './replay-guard.ts'

/** How a message came, and the way its acknowledgement goes back. */
export type AckRoute = 'home' | 'relay'

/** Sees to it that each message is acknowledged at most once per route, also across restarts (protocol §4). */
export interface AckLedger {
  /** True for the first call for this message and route: acknowledge it now. */
  claim(message: SeenMessage, route: AckRoute): Promise<boolean>
  /** Forgets what could no longer be accepted; now and then is enough. */
  sweep(now: number): Promise<void>
}

/** @param store one of its own, not the replay guard's */
export const createAckLedger = (store: ReplayStore): AckLedger => ({
  claim: ({ from, innerId, sentAt, until = 0 }, route) =>
    store.add(`${from}/${innerId}/${route}`, Math.max(acceptableUntil(sentAt), until)),
  sweep: (now) => store.dropExpired(now),
})
