import type { InboxFeed, InboxFeedOptions } from '@kez-chat/client'
import type { InboxMessage } from '@kez-chat/contracts'
import type { Chance } from './chance.ts'

export type HomeFeedOptions = InboxFeedOptions

export interface FeedServer {
  readonly after: (ms: number, run: () => void) => () => void
  readonly chance: Chance
  readonly delay: () => number
  readonly isOpen: () => boolean
  readonly isCut: () => boolean
  readonly next: (after: number) => InboxMessage | undefined
  /** Tells when there may be something new. */
  readonly watch: (look: () => void) => () => void
}

const LONGEST_PAUSE_MS = 30_000

/** An inbox feed with the contract of `@kez-chat/client`: in order, one at a time, again what was not taken. */
export const openHomeFeed = (options: HomeFeedOptions, server: FeedServer): InboxFeed => {
  const { after, chance } = server
  let cursor = options.since ?? 0
  let failures = 0
  let isLive = false
  let isTaking: Promise<void> | undefined
  let isClosed = false
  let cancel = (): void => undefined

  const lose = (): void => {
    if (isLive) options.onStatus?.('offline')
    isLive = false
    cancel()
    cancel = after(chance.between(0.5, 1) * Math.min(LONGEST_PAUSE_MS, 500 * 2 ** failures++), connect)
  }

  const take = async (message: InboxMessage): Promise<void> => {
    try {
      await options.onMessage(structuredClone(message))
      cursor = message.seq
      if (server.isCut()) lose()
    } catch (error) {
      options.onError?.(error)
      lose()
    }
  }

  const look = (): void => {
    if (isClosed || isTaking || !isLive) return
    if (!server.isOpen()) {
      lose()
      return
    }
    const message = server.next(cursor)
    if (!message) return
    isTaking = take(message).finally(() => {
      isTaking = undefined
      after(server.delay(), look)
    })
  }

  const connect = (): void => {
    if (isClosed || isLive) return
    if (!server.isOpen()) {
      lose()
      return
    }
    isLive = true
    failures = 0
    options.onStatus?.('live')
    look()
  }

  // A message that is stored travels a while.
  const unwatch = server.watch(() => void after(server.delay(), look))
  options.onStatus?.('connecting')
  cancel = after(server.delay(), connect)

  return {
    get cursor() {
      return cursor
    },
    retryNow: () => {
      if (isLive || isClosed) return
      cancel()
      cancel = after(server.delay(), connect)
    },
    close: async () => {
      isClosed = true
      cancel()
      unwatch()
      await isTaking
    },
  }
}
