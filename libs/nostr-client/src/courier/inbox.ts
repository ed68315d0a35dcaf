import type { Body, Inner, ReplayGuard, SeenMessage } from '@kez-chat/messaging'
import type { NostrEvent } from '@kez-chat/messaging/nostr'
import type { RouteName } from '../routes/route.ts'

/** A message that was opened and checked. */
export interface ReceivedMessage {
  /** What the replay guard goes by: who wrote it, its logical id, and when. */
  readonly seen: SeenMessage
  readonly body: Body
  /** The signed inside; absent in a message of an old client (version 1). */
  readonly inner?: Inner
  /** The id of the sealed bytes. */
  readonly outerId: string
  /** By which way this copy came. */
  readonly route: RouteName
  /** The event it came in, also when the home server handed it out. */
  readonly event?: NostrEvent
  /** The relay that delivered this copy; absent from the home server. */
  readonly relay?: string
  /** Unix milliseconds, by the own home server. */
  readonly receivedAt?: number
}

/** Where the app keeps what came. */
export interface Inbox {
  /**
   * Keeps the message and the replay guard's memory of it together, in one transaction: whenever the process ends, both
   * are there or neither, and the message comes again. True when it is new; called one at a time, also for copies. When
   * it rejects, the message comes again.
   */
  take(message: ReceivedMessage): Promise<boolean>
}

/**
 * An inbox from a replay guard and a function that shows, for apps without transactions: a process that ends between
 * the two shows a message once more.
 */
export const createGuardedInbox = (
  guard: ReplayGuard,
  show: (message: ReceivedMessage) => void | Promise<void>,
): Inbox => ({
  take: async (message) => {
    const { seen } = message
    if (await guard.seen(seen.from, seen.innerId)) return false
    await show(message)
    return guard.remember(seen)
  },
})
