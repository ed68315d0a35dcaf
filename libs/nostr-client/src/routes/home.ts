import { type Client, type FeedStatus, type InboxFeed, resolveServer } from '@kez-chat/client'
import type { InboxMessage, MailboxState } from '@kez-chat/contracts'
import { parseTimestamp, type SigningKey } from '@kez-chat/identity'
import { MessageError } from '@kez-chat/messaging'
import { KIND_ACK, readMessageEvent } from '@kez-chat/messaging/nostr'
import { TransportError } from '../errors.ts'
import type { RecordStore } from '../records.ts'
import type { VerifyEvent } from '../relay/incoming.ts'
import { jittered, pause, type Timing } from '../timing.ts'
import { asTransportError } from './home-errors.ts'
import type { Arrival, HomeCargo, Later, OnArrival, Route } from './route.ts'

/** What is used of `@kez-chat/client`. */
export type HomeClient = Pick<Client, 'postMessage' | 'openInbox'>

export interface HomeRouteOptions {
  /** The own home server. */
  readonly own: { readonly server: string; readonly baseUrl: string; readonly client: HomeClient }
  /** A client of somebody else's home server. */
  readonly clientOf: (baseUrl: string) => HomeClient
  readonly handle: string
  readonly signer: SigningKey
  /** Keeps the last sequence taken from the inbox. */
  readonly cursor: RecordStore
  readonly verify: VerifyEvent
  readonly timing: Timing
  readonly onStatus?: (status: FeedStatus) => void
  readonly onMailbox?: (state: MailboxState) => void
  /** A message of the inbox that is nothing, with the reason; it holds up the next only when this rejects. */
  readonly onUnreadable?: (message: InboxMessage, reason: string) => void | Promise<void>
  readonly onError?: (error: unknown) => void
}

export interface HomeRoute extends Route<HomeCargo> {
  /** Begins the connection to the inbox anew: an old one may be dead without a word. Nothing before `receive`. */
  renew(): void
}

const CURSOR = 'inbox'
const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 60_000

/** The home servers: posts to the contact's, receives from the own. */
export const createHomeRoute = (options: HomeRouteOptions): HomeRoute => {
  const { own, timing } = options
  const stopping = new AbortController()
  let feed: InboxFeed | undefined
  let opening: Promise<void> | undefined
  let reopen = (): Promise<void> => Promise.resolve()
  let taken = 0
  const putOff = new Set<number>()

  const readCursor = async (): Promise<number> => {
    const value = (await options.cursor.entries()).find(([key]) => key === CURSOR)?.[1]
    return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : 0
  }

  /** Undefined when stopped before. */
  const readCursorAtLast = async (): Promise<number | undefined> => {
    for (let attempt = 0; !stopping.signal.aborted; attempt++) {
      try {
        return await readCursor()
      } catch (error) {
        options.onError?.(error)
        const wait = jittered(timing, attempt, FIRST_PAUSE_MS, LONGEST_PAUSE_MS)
        await pause(timing, wait, stopping.signal)
      }
    }
    return undefined
  }

  const arrivalOf = async (message: InboxMessage): Promise<Arrival> => {
    const receivedAt = parseTimestamp(message.received_at)
    if (message.event === undefined) return { kind: 'message', envelope: message.envelope, receivedAt }
    const event = await options.verify(message.event)
    if (!event) throw new MessageError('invalid_signature', 'the event is not what it says')
    if (event.kind === KIND_ACK) return { kind: 'ack', event }
    return { kind: 'message', envelope: readMessageEvent(event).envelope, event, receivedAt }
  }

  const take = async (message: InboxMessage, onArrival: OnArrival): Promise<Later | undefined> => {
    let arrival: Arrival
    try {
      arrival = await arrivalOf(message)
    } catch (error) {
      if (!(error instanceof Error)) throw error
      await options.onUnreadable?.(message, error instanceof MessageError ? error.code : 'malformed')
      return undefined
    }
    return onArrival(arrival)
  }

  /** What is put off is read again after a restart: the cursor stays before it. */
  const keepCursor = (): Promise<void> =>
    options.cursor.put(CURSOR, Math.min(taken, ...[...putOff].map((seq) => seq - 1)))

  const putOffUntil = async (seq: number, { dealtWith }: Later): Promise<void> => {
    putOff.add(seq)
    await dealtWith
    if (putOff.delete(seq) && !stopping.signal.aborted) await keepCursor()
  }

  const open = async (onArrival: OnArrival, onReady: () => void): Promise<void> => {
    const since = await readCursorAtLast()
    if (since === undefined || stopping.signal.aborted) return
    feed = own.client.openInbox({
      ...{ handle: options.handle, signer: options.signer, since },
      onMessage: async (message) => {
        const later = await take(message, onArrival)
        taken = message.seq
        if (later) putOffUntil(message.seq, later).catch((error: unknown) => options.onError?.(error))
        await keepCursor()
      },
      // Everything is read again, and the replay guard knows what is known.
      onCursorReset: () => {
        taken = 0
        putOff.clear()
        keepCursor().catch((error: unknown) => options.onError?.(error))
      },
      onStatus: (status) => {
        options.onStatus?.(status)
        if (status === 'live') onReady()
      },
      onMailbox: (state) => options.onMailbox?.(state),
      onError: (error) => options.onError?.(error),
    })
  }

  return {
    name: 'home',
    reaches: ({ handle }) => handle !== undefined,
    send: async ({ handle: to }, { envelope, wake }) => {
      if (to === undefined) throw new TransportError('no_route', 'no home server is known')
      try {
        const { handle, baseUrl } = resolveServer(to, own)
        const client = baseUrl === own.baseUrl ? own.client : options.clientOf(baseUrl)
        const post = { to: handle, envelope: { ...envelope }, ...(wake ? {} : { wake }) }
        await client.postMessage(post, { signal: stopping.signal })
        return { via: 'home', at: timing.now() }
      } catch (error) {
        throw stopping.signal.aborted ? new TransportError('stopped', 'stopped') : asTransportError(error)
      }
    },
    receive: (onArrival, onReady) => {
      reopen = () => open(onArrival, onReady).catch((error: unknown) => options.onError?.(error))
      opening = reopen()
    },
    renew: () => {
      opening = opening?.then(async () => {
        await feed?.close()
        await reopen()
      })
    },
    retryNow: () => feed?.retryNow(),
    stop: async () => {
      stopping.abort()
      await opening
      await feed?.close()
    },
  }
}
