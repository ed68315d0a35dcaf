import type { Filter } from 'nostr-tools/filter'
import type { Relay } from '../relay/relay.ts'
import type { OpenSubscription, RelaySubscription } from '../relay/subscriptions.ts'

/** How many events are asked for at once. */
export const PAGE = 500
// Relays cap pages at what they like, but hardly below this.
const SMALLEST_CAP = 20
const MOST_PAGES = 50

/** What one answer of a relay held, as far as paging goes. */
export interface Page {
  /** Ids that no page before had. */
  fresh: number
  count: number
  /** Unix seconds. */
  oldest: number
}

export const emptyPage = (): Page => ({ fresh: 0, count: 0, oldest: Number.MAX_SAFE_INTEGER })

/** Counts an event into a page. */
export const countIn = (page: Page, ids: Set<string>, event: { id: string; created_at: number }): void => {
  page.count += 1
  page.oldest = Math.min(page.oldest, event.created_at)
  if (!ids.has(event.id)) page.fresh += 1
  ids.add(event.id)
}

/** Where the next page ends (`until`, unix seconds), or undefined at the end of the history. */
const nextUntil = ({ fresh, count, oldest }: Page, since: number): number | undefined => {
  if (count < SMALLEST_CAP || oldest <= since) return undefined
  // A whole page within one second: there is no way to ask for the rest of it.
  return fresh === 0 ? oldest - 1 : oldest
}

/**
 * Reads on from the first page towards `since`, one page after the other, for a relay gives the newest first and caps
 * what it gives. Calls `done` at the end, or when the relay ends it.
 */
export const pageBack = (
  relay: Relay,
  {
    filters,
    since,
    ids,
    first,
    handlers,
    done,
  }: {
    readonly filters: readonly Filter[]
    readonly since: number
    readonly ids: Set<string>
    readonly first: Page
    readonly handlers: Pick<RelaySubscription, 'isKnown' | 'onEvent'>
    readonly done: () => void
  },
): { readonly close: () => void } => {
  let open: OpenSubscription | undefined
  const read = (page: Page, pages: number): void => {
    const until = nextUntil(page, since)
    open?.close()
    open = undefined
    if (until === undefined || pages >= MOST_PAGES) {
      done()
      return
    }
    const next = emptyPage()
    open = relay.subscribe({
      lasting: false,
      filters: () => filters.map((filter) => ({ ...filter, since, until, limit: PAGE })),
      isKnown: (event) => {
        countIn(next, ids, event)
        return handlers.isKnown(event)
      },
      onEvent: handlers.onEvent,
      onEose: () => read(next, pages + 1),
      onClosed: done,
    })
  }
  read(first, 1)
  return { close: () => open?.close() }
}
