import { ApiError, type Client, type FeedStatus, type InboxFeed } from '@kez-chat/client'
import type { MailboxState } from '@kez-chat/contracts'
import type { MessagingKey } from '@kez-chat/messaging'
import type { Connection } from '../session/connection.ts'
import { readCursor, resetCursor } from '../storage/incoming.ts'
import type { Store } from '../storage/store.ts'
import { receive } from './receive.ts'

export type FeedOptions = {
  readonly client: Client
  readonly store: Store
  readonly key: MessagingKey
  readonly handle: string
  /** A conversation with something new in it; undefined when something came that cannot be opened. */
  readonly onStored: (conversation: string | undefined) => void
  readonly onConnection: (connection: Connection) => void
  readonly onMailbox: (state: MailboxState) => void
  readonly signal: AbortSignal
}

/** Refusals that the next attempt meets again: the person has to know. */
const lasting = new Set(['stale_auth', 'unauthorized', 'invalid_signature', 'not_found', 'identity_ended'])

const lastingProblem = (error: unknown): string | undefined => {
  if (error instanceof ApiError) return lasting.has(error.code) ? error.code : undefined
  // What the browser's storage throws when the message cannot be kept.
  return error instanceof DOMException ? error.name : undefined
}

/** Keeps the inbox open, from the stored cursor on, until the signal aborts. */
export const followInbox = async (options: FeedOptions): Promise<void> => {
  const { client, store, key, handle, signal } = options
  let problem: string | undefined
  let status: FeedStatus = 'connecting'
  const report = (): void =>
    options.onConnection(problem && status !== 'live' ? { state: status, problem } : { state: status })

  const openFeed = async (): Promise<InboxFeed> =>
    client.openInbox({
      handle,
      signer: key,
      since: await readCursor(store),
      onMessage: async (message) => {
        const taken = await receive(store, key, message, client.now())
        if (taken.conversation !== undefined || taken.unopened) options.onStored(taken.conversation)
      },
      onStatus: (next) => {
        status = next
        if (next === 'live') problem = undefined
        report()
      },
      onMailbox: options.onMailbox,
      onCursorReset: () => void resetCursor(store),
      onError: (error) => {
        problem = lastingProblem(error)
        report()
      },
    })

  while (!signal.aborted) {
    const feed = await openFeed()
    await networkChange(() => status !== 'live' && feed.retryNow(), signal)
    await feed.close()
  }
}

/**
 * Resolves when the browser says that the network came or went, or the signal aborts. Either way only a fresh connection
 * tells how it stands: an old one may be dead without a word, and a server on this machine needs no network.
 */
const networkChange = (onVisible: () => void, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = new AbortController()
    const finish = (): void => {
      done.abort()
      resolve()
    }
    if (signal.aborted) return finish()
    signal.addEventListener('abort', finish, { signal: done.signal })
    window.addEventListener('online', finish, { signal: done.signal })
    window.addEventListener('offline', finish, { signal: done.signal })
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && onVisible(), {
      signal: done.signal,
    })
  })
