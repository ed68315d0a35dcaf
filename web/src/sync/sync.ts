import type { MailboxState } from '@kez-chat/contracts'
import type { MessagingKey } from '@kez-chat/messaging'
import type { Connection } from '../session/connection.ts'
import type { Tabs } from '../session/tabs.ts'
import { listSummaries } from '../storage/conversations.ts'
import { sweepGuard } from '../storage/replay-store.ts'
import type { Store } from '../storage/store.ts'
import { confirmPeer } from './confirm.ts'
import { createDeliverer, type Deliverer } from './deliver.ts'
import { followInbox } from './feed.ts'
import type { Servers } from './servers.ts'

export type SyncOptions = {
  readonly store: Store
  readonly key: MessagingKey
  readonly handle: string
  readonly servers: Servers
  readonly tabs: Tabs
  /** These conversations changed in the store; none named = the list of what could not be opened. */
  readonly onStored: (conversations: readonly string[]) => void
  readonly onConnection: (connection: Connection) => void
  readonly onMailbox: (state: MailboxState) => void
  readonly signal: AbortSignal
}

export type Sync = {
  /** Something new is in the outbox. */
  kick(): void
  /** Tries at once what waits for its next attempt. */
  retryNow(): void
}

/**
 * The exchange with the servers. Of all tabs of a browser one at a time does it, the holder of a lock; the others hear
 * of its work by broadcast, and the lock passes on when the tab closes.
 */
export const startSync = (options: SyncOptions): Sync => {
  const { tabs, signal } = options
  let leading: Deliverer | undefined

  tabs.listen((message) => {
    if (message.type === 'outbox') leading?.kick()
    else if (message.type === 'retry') leading?.hurry()
    else if (message.type === 'connection' && !leading) options.onConnection(message.connection)
    else if (message.type === 'stored') options.onStored(message.conversations)
  }, signal)
  tabs.post({ type: 'connection?' })

  const lead = async (): Promise<void> => {
    const end = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
    if (signal.aborted) return
    const deliverer = startDelivery(options)
    leading = deliverer
    let connection: Connection = { state: 'connecting' }
    tabs.listen((message) => {
      if (message.type === 'connection?') tabs.post({ type: 'connection', connection })
    }, signal)
    const following = followInbox({
      ...options,
      client: options.servers.own,
      onStored: (conversation) => {
        stored(options, conversation === undefined ? [] : [conversation])
        if (conversation !== undefined) void confirm(options, conversation)
      },
      onConnection: (next) => {
        connection = next
        options.onConnection(next)
        tabs.post({ type: 'connection', connection })
        if (next.state === 'live') {
          deliverer.hurry()
          void sweepGuard(options.store.db, options.servers.own.now())
          void confirmAll(options)
        }
      },
    })
    deliverer.kick()
    await Promise.all([end, following])
  }

  // Rejects with the signal's own reason when it aborts while another tab leads.
  navigator.locks.request('kez-chat-leader', { signal }, lead).catch((error: unknown) => {
    if (!signal.aborted) options.onConnection({ state: 'offline', problem: codeOf(error) })
  })

  return {
    kick: () => {
      if (leading) leading.kick()
      else tabs.post({ type: 'outbox' })
    },
    retryNow: () => {
      if (leading) leading.hurry()
      else tabs.post({ type: 'retry' })
    },
  }
}

const codeOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown')

const stored = ({ tabs, onStored }: SyncOptions, conversations: readonly string[]): void => {
  onStored(conversations)
  tabs.post({ type: 'stored', conversations })
}

const startDelivery = (options: SyncOptions): Deliverer =>
  createDeliverer({
    ...options,
    post: (to, envelope) => {
      const { client, handle } = options.servers.of(to)
      return client.postMessage({ to: handle, envelope: { ...envelope } }, { signal: options.signal })
    },
    now: options.servers.time,
    onSettled: ({ conversation }) => stored(options, [conversation]),
    onError: (error) => options.onConnection({ state: 'offline', problem: codeOf(error) }),
  })

const confirm = async (options: SyncOptions, tag: string): Promise<void> => {
  try {
    if (await confirmPeer(options.store, options.servers, tag, { anyServer: false })) stored(options, [tag])
  } catch {
    // Not reached or not known there: the peer stays a short key, and the next connection asks again.
  }
}

const confirmAll = async (options: SyncOptions): Promise<void> => {
  for (const { conversation } of await listSummaries(options.store)) {
    if (options.signal.aborted) return
    await confirm(options, conversation.tag)
  }
}
