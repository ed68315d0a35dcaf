import type { RelayState } from '@kez-chat/nostr-client'
import type { FileNews } from '../files/news.ts'
import type { Occasion } from '../profile/looking.ts'
import type { Connection } from '../session/connection.ts'
import type { Tabs } from '../session/tabs.ts'
import { listSummaries } from '../storage/conversations.ts'
import { sweepGuard } from '../storage/replay-store.ts'
import type { Cipher } from './cipher.ts'
import { confirmPeer } from './confirm.ts'
import { type Exchange, type ExchangeOptions, startExchange } from './exchange.ts'
import { listenToNetwork } from './network.ts'

export type SyncOptions = Omit<ExchangeOptions, 'cipher' | 'onArrived'> & {
  readonly tabs: Tabs
  /** Called by the tab that leads. */
  readonly startCipher: (signal: AbortSignal) => Cipher
}

export type Sync = {
  /** Something was written, or given up. */
  kick(): void
  /** Tries at once what waits for its next attempt. */
  retryNow(): void
  /** Looks for confirmations that came while nobody listened. */
  findAcks(): void
  /** The conversation was accepted: what waited for it is confirmed. */
  contactAccepted(tag: string): void
  /** The person has chosen another picture. */
  pictureChanged(): void
  /** Who may see the own picture has changed; each tab sees that for itself. */
  contactsChanged(): void
  /** Looks for somebody's picture, unless that was done lately. */
  lookAt(tag: string, occasion: Occasion): void
}

/**
 * The exchange with the world. Of all tabs of a browser one at a time does it, the holder of a lock; the others hear of
 * its work by broadcast, and the lock passes on when the tab closes.
 */
export const startSync = (options: SyncOptions): Sync => {
  const { tabs, signal } = options
  let leading: Exchange | undefined
  /** Whose picture was last looked for while nobody here led. */
  let wanted: readonly [tag: string, occasion: Occasion] | undefined

  tabs.listen((message) => {
    switch (message.type) {
      case 'outbox':
        return leading?.kick()
      case 'retry':
        return leading?.retryNow()
      case 'confirmations?':
        return leading?.findAcks()
      case 'accepted':
        return void leading?.accepted(message.conversation)
      case 'connection':
        return leading ? undefined : options.onConnection(message.connection)
      case 'relays':
        return leading ? undefined : options.onRelays(message.relays)
      case 'files':
        return leading ? undefined : options.onFiles(message.files)
      case 'stored':
        return options.onStored(message.conversations)
      case 'picture':
        return options.onPicture()
      case 'picture!':
        options.onPicture()
        return leading?.pictureChanged()
      case 'face?':
        return leading?.lookAt(message.conversation, message.occasion)
      case 'faces':
        return options.onFaces(message.conversations)
    }
  }, signal)
  tabs.post({ type: 'connection?' })

  const lead = async (): Promise<void> => {
    if (signal.aborted) return
    const end = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
    let connection: Connection = { state: 'connecting' }
    let relays: readonly RelayState[] = []
    let files: readonly FileNews[] = []
    const asked = new Set<string>()
    tabs.listen((message) => {
      if (message.type !== 'connection?') return
      tabs.post({ type: 'connection', connection })
      tabs.post({ type: 'relays', relays })
      tabs.post({ type: 'files', files })
    }, signal)
    const exchange = await startExchange({
      ...options,
      cipher: options.startCipher(signal),
      onStored: (conversations) => stored(options, conversations),
      onArrived: (conversation) => void confirm(options, conversation),
      onConnection: (next) => {
        connection = next
        options.onConnection(next)
        tabs.post({ type: 'connection', connection })
        if (next.state === 'live') {
          void sweepGuard(options.store.db, options.servers.own.now())
          void confirmAll(options, asked)
        }
      },
      onFiles: (next) => {
        files = next
        options.onFiles(next)
        tabs.post({ type: 'files', files })
      },
      onPicture: () => {
        options.onPicture()
        tabs.post({ type: 'picture' })
      },
      onFaces: (conversations) => {
        options.onFaces(conversations)
        tabs.post({ type: 'faces', conversations })
      },
      onRelays: (next) => {
        relays = next
        options.onRelays(next)
        tabs.post({ type: 'relays', relays })
      },
    })
    leading = exchange
    // What was written, and looked for, while this tab was not yet ready.
    exchange.kick()
    if (wanted) exchange.lookAt(...wanted)
    listenToNetwork({ onChange: exchange.renew, onVisible: exchange.retryNow }, signal)
    await end
    leading = undefined
    await exchange.stop()
  }

  // Rejects with the signal's own reason when it aborts while another tab leads.
  navigator.locks.request('kez-chat-leader', { signal }, lead).catch((error: unknown) => {
    if (!signal.aborted) options.onConnection({ state: 'offline', problem: codeOf(error) })
  })

  const ask = (here: (exchange: Exchange) => void, message: Parameters<Tabs['post']>[0]): void => {
    if (leading) here(leading)
    else tabs.post(message)
  }

  return {
    kick: () => ask(({ kick }) => kick(), { type: 'outbox' }),
    retryNow: () => ask(({ retryNow }) => retryNow(), { type: 'retry' }),
    findAcks: () => ask(({ findAcks }) => findAcks(), { type: 'confirmations?' }),
    contactAccepted: (conversation) =>
      ask(({ accepted }) => void accepted(conversation), { type: 'accepted', conversation }),
    pictureChanged: () => {
      leading?.pictureChanged()
      tabs.post({ type: 'picture!' })
    },
    contactsChanged: () => leading?.pictureChanged(),
    lookAt: (conversation, occasion) => {
      wanted = [conversation, occasion]
      ask(({ lookAt }) => lookAt(conversation, occasion), { type: 'face?', conversation, occasion })
    },
  }
}

const codeOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown')

const stored = ({ tabs, onStored }: SyncOptions, conversations: readonly string[]): void => {
  onStored(conversations)
  tabs.post({ type: 'stored', conversations })
}

const confirm = async (options: SyncOptions, tag: string): Promise<void> => {
  try {
    if (await confirmPeer(options.store, options.servers, tag, { anyServer: false })) stored(options, [tag])
  } catch {
    // Not reached or not known there: the peer stays a short key, and the next connection asks again.
  }
}

/** Asks about everybody of whom something is missing, each once in the time that a tab leads. */
const confirmAll = async (options: SyncOptions, asked: Set<string>): Promise<void> => {
  for (const { conversation } of await listSummaries(options.store)) {
    const { tag, handle } = conversation
    if (options.signal.aborted) return
    if (handle !== undefined && asked.has(tag)) continue
    asked.add(tag)
    await confirm(options, tag)
  }
}
