import type { NostrEvent } from '@kez-chat/messaging/nostr'
import type { Filter } from 'nostr-tools/filter'
import { createBoundedMap } from '../bounded.ts'
import type { Relay } from '../relay/relay.ts'
import type { Timing } from '../timing.ts'
import { countIn, emptyPage, PAGE, pageBack } from './page-back.ts'
import type { SeenOn } from './seen-on.ts'

export interface FollowOptions {
  /** What is wanted, without `since` and `limit`. */
  readonly filters: readonly Filter[]
  /** How far back each (re)subscription looks, ms. */
  readonly lookBackMs: number
  /**
   * Called once for each event, whichever relays deliver it. When it rejects, the event counts as not taken and is asked
   * for again.
   */
  readonly onEvent: (event: NostrEvent, relay: string) => void | Promise<void>
  /** A relay has given all it has stored of that time. */
  readonly onCaughtUp?: (relay: string) => void
}

/** A subscription over all relays of the own list, as they come and go. */
export interface Following {
  join(relay: Relay): void
  leave(relay: Relay): void
  close(): void
}

const MOST_HANDLED = 20_000
const AGAIN_MS = 30_000

export const createFollowing = (options: FollowOptions, seenOn: SeenOn, timing: Timing): Following => {
  const handled = createBoundedMap<true>(MOST_HANDLED)
  const underWay = new Map<string, Promise<void>>()
  const joined = new Map<Relay, () => void>()

  const handle = async (event: NostrEvent, relay: string): Promise<void> => {
    await options.onEvent(event, relay)
    handled.set(event.id, true)
  }

  const take = (event: NostrEvent, relay: string): Promise<void> => {
    seenOn.note(event.id, relay)
    if (handled.has(event.id)) return Promise.resolve()
    const running = underWay.get(event.id)
    if (running) return running
    const work = handle(event, relay).finally(() => underWay.delete(event.id))
    underWay.set(event.id, work)
    return work
  }

  const join = (relay: Relay): void => {
    let ids = new Set<string>()
    let page = emptyPage()
    let since = 0
    let live = false
    let paging = { close: (): void => undefined }
    let cancelAgain = (): void => undefined

    const isKnown = ({ id }: { id: string }): boolean => {
      if (handled.has(id)) seenOn.note(id, relay.url)
      return handled.has(id)
    }
    const onEvent = async (event: NostrEvent): Promise<void> => {
      try {
        await take(event, relay.url)
      } catch (error) {
        cancelAgain()
        cancelAgain = timing.after(AGAIN_MS, () => subscription.again())
        throw error
      }
    }
    const subscription = relay.subscribe({
      lasting: true,
      filters: () => {
        paging.close()
        ids = new Set()
        page = emptyPage()
        live = false
        since = Math.floor((timing.now() - options.lookBackMs) / 1000)
        return options.filters.map((filter) => ({ ...filter, since, limit: PAGE }))
      },
      isKnown: (event) => {
        if (!live) countIn(page, ids, event)
        return isKnown(event)
      },
      onEvent,
      onEose: () => {
        live = true
        const done = (): void => options.onCaughtUp?.(relay.url)
        paging = pageBack(relay, {
          ...{ filters: options.filters, since, ids, first: page },
          ...{ handlers: { isKnown, onEvent }, done },
        })
      },
      onClosed: () => paging.close(),
    })
    joined.set(relay, () => {
      cancelAgain()
      paging.close()
      subscription.close()
    })
  }

  const leave = (relay: Relay): void => {
    joined.get(relay)?.()
    joined.delete(relay)
  }

  return {
    join,
    leave,
    close: () => {
      for (const relay of [...joined.keys()]) leave(relay)
    },
  }
}
