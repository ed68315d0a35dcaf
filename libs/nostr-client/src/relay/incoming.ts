import { isEventShape, type NostrEvent } from '@kez-chat/messaging/nostr'
import { matchFilters } from 'nostr-tools/filter'
import type { Active } from './subscriptions.ts'

/**
 * Checks an event that came from a relay: shape, id and signature. Undefined (or a promise of it) for what is none; may
 * work elsewhere, e.g. in a worker.
 */
export type VerifyEvent = (event: unknown) => NostrEvent | undefined | Promise<NostrEvent | undefined>

export interface IncomingOptions {
  readonly verify: VerifyEvent
  /** Most events waiting to be verified and taken. */
  readonly most: number
  readonly onKnown: (id: string) => void
  readonly onJunk: (what: string) => void
  readonly onError: (error: unknown) => void
}

/**
 * The events of one relay, one after the other: matched, verified, handed over. Cheap looks come first; what was not
 * asked for is dropped without a word, since relays may match live events loosely.
 */
export const createIncoming = (options: IncomingOptions) => {
  const queue: (() => Promise<void>)[] = []
  let running = false

  const run = async (): Promise<void> => {
    running = true
    for (let next = queue.shift(); next; next = queue.shift()) await next().catch(options.onError)
    running = false
  }

  /** False when too much waits: the connection has to be given up, so that the rest comes again. */
  const push = (work: () => Promise<void>): boolean => {
    if (queue.length >= options.most) return false
    queue.push(work)
    if (!running) void run()
    return true
  }

  const take = async (subscription: Active, value: NostrEvent): Promise<void> => {
    if (subscription.wanted.isKnown(value)) return options.onKnown(value.id)
    const event = await options.verify(value)
    if (!event) return options.onJunk('an event that is not what it says')
    await subscription.wanted.onEvent(event)
  }

  return {
    event: (subscription: Active, value: unknown): boolean => {
      if (!isEventShape(value)) {
        options.onJunk('no event')
        return true
      }
      return matchFilters(subscription.filters, value) ? push(() => take(subscription, value)) : true
    },
    /** Runs once everything before it is through. */
    after: (run: () => void): boolean => push(async () => run()),
    clear: (): void => {
      queue.length = 0
    },
  }
}
