import type { NostrEvent } from '@kez-chat/messaging/nostr'
import type { Filter } from 'nostr-tools/filter'
import type { Relay } from '../relay/relay.ts'
import type { OpenSubscription } from '../relay/subscriptions.ts'
import type { Timing } from '../timing.ts'
import type { SeenOn } from './seen-on.ts'

export interface QueryOptions {
  /** Ms; what came until then is the answer. */
  readonly withinMs: number
  /** Most events taken. */
  readonly most?: number
  /** Relays beside the own list, e.g. that of somebody's home server: only asked, never authenticated to. */
  readonly also?: readonly string[]
  /** Only these of all, when given. */
  readonly only?: readonly string[]
}

/** Asks relays once and collects what they have, each event once, until all have answered or the time is over. */
export const queryRelays = (
  relays: readonly Relay[],
  filters: readonly Filter[],
  { withinMs, most = 1_000 }: Pick<QueryOptions, 'withinMs' | 'most'>,
  seenOn: SeenOn,
  timing: Timing,
): Promise<NostrEvent[]> =>
  new Promise((resolve) => {
    const found = new Map<string, NostrEvent>()
    const open = new Map<Relay, OpenSubscription | undefined>()
    const finish = (): void => {
      cancel()
      for (const subscription of open.values()) subscription?.close()
      open.clear()
      resolve([...found.values()])
    }
    const cancel = timing.after(withinMs, finish)
    const answered = (relay: Relay): void => {
      open.get(relay)?.close()
      open.delete(relay)
      if (open.size === 0) finish()
    }
    const ask = (relay: Relay): OpenSubscription =>
      relay.subscribe({
        lasting: false,
        filters: () => filters.map((filter) => ({ ...filter })),
        isKnown: ({ id }) => {
          if (found.has(id)) seenOn.note(id, relay.url)
          return found.has(id)
        },
        onEvent: (event) => {
          seenOn.note(event.id, relay.url)
          if (found.size < most) found.set(event.id, event)
        },
        onEose: () => answered(relay),
        onClosed: () => answered(relay),
      })
    for (const relay of relays) open.set(relay, undefined)
    if (relays.length === 0) finish()
    for (const relay of relays) {
      try {
        const subscription = ask(relay)
        if (open.has(relay)) open.set(relay, subscription)
      } catch {
        // Too many questions at this relay already: the others answer.
        answered(relay)
      }
    }
  })
