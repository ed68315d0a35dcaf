import type { MailboxState } from '@kez-chat/contracts'
import { type MessagingKey, outerId, type TransportKey } from '@kez-chat/messaging'
import { createAuthEvent } from '@kez-chat/messaging/nostr'
import {
  type Arrival,
  createCourier,
  createHomeRoute,
  createPeerRelays,
  createRelayPool,
  createRelayRoute,
  type RelayState,
  systemTiming,
} from '@kez-chat/nostr-client'
import { effect, untracked } from '@preact/signals-core'
import { createIncomingFiles } from '../files/incoming.ts'
import { createFileNews, type FileNews } from '../files/news.ts'
import { createShipping } from '../files/shipping.ts'
import { startPictures } from '../profile/exchange.ts'
import type { Occasion } from '../profile/looking.ts'
import type { Connection } from '../session/connection.ts'
import type { Account } from '../storage/account.ts'
import { readConversation } from '../storage/conversations.ts'
import { holdMisdated } from '../storage/hold-misdated.ts'
import { storeIncoming } from '../storage/incoming.ts'
import { ackStore, cursorStore, outgoingStore, seenStore } from '../storage/record-store.ts'
import { acknowledgedStore } from '../storage/replay-store.ts'
import type { Store } from '../storage/store.ts'
import { storeUnopened } from '../storage/unopened.ts'
import type { ChoicesState } from './choices.ts'
import type { Cipher } from './cipher.ts'
import { contactsOf } from './contacts.ts'
import { createExpiry } from './expiry.ts'
import { createHomeConnection } from './home-connection.ts'
import { createManners } from './manners.ts'
import { createRelayNews } from './relay-news.ts'
import type { Servers } from './servers.ts'
import { createStatuses } from './statuses.ts'

export type ExchangeOptions = {
  readonly store: Store
  readonly key: MessagingKey
  readonly transportKey: TransportKey
  readonly account: Account
  readonly servers: Servers
  readonly choices: Pick<ChoicesState, 'choices' | 'announced'>
  readonly cipher: Cipher
  /** These conversations changed in the store; none named = the list of what could not be opened. */
  readonly onStored: (conversations: readonly string[]) => void
  /** Something new came in this conversation. */
  readonly onArrived: (conversation: string) => void
  readonly onConnection: (connection: Connection) => void
  readonly onMailbox: (state: MailboxState) => void
  readonly onRelays: (relays: readonly RelayState[]) => void
  /** How far each file has come that is on its way. */
  readonly onFiles: (files: readonly FileNews[]) => void
  /** The own picture, or what was told of it, changed. */
  readonly onPicture: () => void
  /** The pictures of these people changed. */
  readonly onFaces: (conversations: readonly string[]) => void
  readonly signal: AbortSignal
}

const timeWithin = 2_000

/** The same for every copy, if the envelope is one at all. */
const idOf = ({ envelope, event }: Extract<Arrival, { kind: 'message' }>): string => {
  try {
    return outerId(envelope)
  } catch {
    return event?.id ?? 'nameless'
  }
}

/** Sends and receives for one identity, by the home server and by relays at once. One tab at a time does it. */
export const startExchange = async (options: ExchangeOptions) => {
  const { store, key, transportKey, account, servers, choices, signal } = options
  const { verify, open } = options.cipher
  const connection = createHomeConnection(options.onConnection)
  const timing = { ...systemTiming, now: servers.own.now }
  const onError = (error: unknown): void => {
    if (!signal.aborted) connection.onError(error)
  }

  /** Rejects when it is not kept: then it has to come again. */
  const keepUnopened = async (id: string, reason: string, message: unknown, receivedAt: number): Promise<void> => {
    signal.throwIfAborted()
    await storeUnopened(store, id, { reason, received_at: receivedAt, message })
    options.onStored([])
  }
  const onUnopened = async (arrival: Arrival, reason: string): Promise<void> => {
    // A confirmation that is not believed confirms nothing; a captured message that others carry is not theirs to show.
    if (arrival.kind === 'ack' || reason === 'wrong_carrier') return
    const { envelope, event, receivedAt = timing.now() } = arrival
    await keepUnopened(idOf(arrival), reason, { envelope, event }, receivedAt)
  }

  const pool = createRelayPool({
    // They are set once everything that hears of them is there.
    ...{ relays: [], verify, onError },
    signAuth: (relay, challenge) => createAuthEvent({ relay, challenge }, timing.now(), transportKey),
    timing,
    onState: ({ own, phase }) => {
      news.changed()
      if (!own || phase !== 'live') return
      manners.publish().catch(onError)
      pictures.onRelay()
    },
  })
  const news = createRelayNews(pool.states, options.onRelays)
  const manners = createManners({ store, key, transportKey, account, client: servers.own, pool, signal })
  const peers = createPeerRelays({ pool, timing })
  const pictures = startPictures({
    ...{ store, key, transportKey, account, servers, pool, onError, signal },
    ...{ onPicture: options.onPicture, onFaces: options.onFaces, onOutgoing: () => kick() },
  })

  const renewRelays = (): void => {
    pool.setRelays([])
    pool.setRelays(choices.choices.peek().relays)
    news.changed()
  }

  /** What only the home server can do for the relays: know our key there, and say where it listens. */
  const settleWithHome = async (): Promise<void> => {
    if (await manners.bind()) renewRelays()
    const listensOn = (await servers.own.relays({ signal })).map(({ url }) => url)
    if (!signal.aborted) await choices.announced(listensOn)
  }

  const outgoing = outgoingStore(store, signal)
  const hold = async (): Promise<void> => {
    const conversations = await holdMisdated(store, timing.now())
    if (conversations.length > 0) options.onStored(conversations)
  }
  // The server's time counts where it can be had; one that does not answer holds nobody up.
  await Promise.race([servers.time(), new Promise((resolve) => setTimeout(resolve, timeWithin))])
  signal.throwIfAborted()
  await hold()
  const home = createHomeRoute({
    own: { server: account.server, baseUrl: servers.own.baseUrl, client: servers.own },
    ...{ clientOf: servers.at, handle: account.handle, signer: key, verify, timing },
    cursor: cursorStore(store, signal),
    onStatus: (status) => {
      if (signal.aborted) return
      connection.onStatus(status)
      // Not reached is not known: the next connection asks again.
      if (status === 'live') settleWithHome().catch(() => undefined)
    },
    onMailbox: options.onMailbox,
    onUnreadable: ({ id, ...message }, reason) => keepUnopened(id, reason, message, Date.parse(message.received_at)),
    onError,
  })
  const statuses = createStatuses({
    ...{ store, onError, signal },
    onStored: (conversations) => {
      connection.onStored()
      options.onStored(conversations)
    },
  })
  const fileNews = createFileNews(options.onFiles)
  const incomingFiles = await createIncomingFiles({
    ...{ store, own: key.primary, now: timing.now, news: fileNews, onStored: options.onStored, onError, signal },
    onWhole: (from, innerId) => courier.fileIsWhole(from, innerId),
  })
  const courier = await createCourier({
    ...{ key, transportKey, fromHandle: `${account.handle}@${account.server}`, home, open, timing, onError },
    contacts: contactsOf(store, () => choices.choices.peek().confirmations),
    relay: createRelayRoute({ pool, primary: key.primary, peers }),
    stores: {
      ...{ outgoing, acks: ackStore(store, signal), seenEvents: seenStore(store, signal) },
      acknowledged: acknowledgedStore(store, signal),
    },
    inbox: {
      take: async (message) => {
        signal.throwIfAborted()
        const { refused, file, done } = await incomingFiles.take(message)
        if (refused) return false
        const taken = await storeIncoming(store, message, { file, now: timing.now() })
        const { isNew, conversation, admitted, face } = taken
        await done()
        connection.onStored()
        if (conversation !== undefined) {
          options.onStored([conversation])
          options.onArrived(conversation)
          pictures.onArrived(conversation)
          expiry.look()
        }
        // What they wrote before they showed it waits to be confirmed as well.
        if (admitted) void courier.contactAccepted(message.seen.from).catch(onError)
        if (face !== undefined) pictures.keyCame(face)
        return isNew
      },
    },
    onStatus: (status) => {
      if (!shipping.note(status)) statuses.note(status)
    },
    onUnopened: (arrival, _route, { code }) => onUnopened(arrival, code),
  })

  const shipping = createShipping({
    ...{ store, courier, now: timing.now, news: fileNews, onStored: options.onStored, onError, signal },
    sender: () => ({
      ...{ key, transportKey, fromHandle: `${account.handle}@${account.server}` },
      ways: { home: true, relay: choices.choices.peek().relays.length > 0 },
    }),
    onPointed: () => kick(),
  })

  const expiry = createExpiry({
    ...{ store, now: timing.now, onError, signal },
    onGone: (conversations) => {
      options.onStored(conversations)
      // What was still to be sent is given up.
      kick()
    },
  })

  const tellStanding = async (): Promise<void> => {
    // The page may have ended between the courier's note of something and the message's.
    for (const [innerId] of await outgoing.entries()) {
      const status = courier.status(innerId)
      if (status) statuses.note(status)
    }
  }

  let looking: Promise<void> = Promise.resolve()
  const look = async (): Promise<void> => {
    await hold()
    expiry.look()
    const { fresh, gone } = await outgoing.news()
    for (const innerId of gone) await courier.forget(innerId)
    await incomingFiles.look()
    shipping.look()
    for (const record of fresh) statuses.note(await courier.submit({ record }))
  }

  const stopFollowing = effect(() => {
    const { relays } = choices.choices.value
    untracked(() => {
      pool.setRelays(relays)
      news.changed()
      manners.publish().catch(onError)
    })
  })
  const kick = (): void => {
    looking = looking.then(look).catch(onError)
  }
  await tellStanding()
  courier.start()
  incomingFiles.resume().catch(onError)
  expiry.look()

  return {
    /** The app has written, or given up, a message. */
    kick,
    retryNow: courier.retryNow,
    /** The network came or went: only fresh connections tell how it stands. */
    renew: (): void => {
      home.renew()
      renewRelays()
    },
    findAcks: (): void => void courier.findAcks().catch(onError),
    /** The own picture, or who may see it, has changed. */
    pictureChanged: pictures.changed,
    /** Looks for somebody's picture, unless that was done lately. */
    lookAt: (tag: string, occasion: Occasion): void => pictures.look(tag, occasion),
    accepted: async (tag: string): Promise<void> => {
      const conversation = await readConversation(store, tag)
      if (conversation) await courier.contactAccepted(conversation.primary)
    },
    stop: async (): Promise<void> => {
      stopFollowing()
      news.stop()
      fileNews.stop()
      pictures.stop()
      await expiry.stop()
      await courier.stop().catch(() => undefined)
      await looking
      await shipping.stop()
      await statuses.settled()
    },
  }
}

export type Exchange = Awaited<ReturnType<typeof startExchange>>
