import type { PrimaryId } from '@kez-chat/identity'
import { addressOf } from '@kez-chat/messaging'
import { KIND_ACK, KIND_MESSAGE, type NostrEvent, readMessageEvent } from '@kez-chat/messaging/nostr'
import { createBoundedMap } from '../bounded.ts'
import type { Contact } from '../contact.ts'
import { TransportError } from '../errors.ts'
import type { RelayPool } from '../pool/pool.ts'
import type { RelayFate } from '../relay/fate.ts'
import type { PeerRelays } from './peer-relays.ts'
import type { Arrival, OnArrival, Route, Taken } from './route.ts'

/** What relays carry. */
export interface RelayCargo {
  readonly event: NostrEvent
  /** The same, by the transport key: for relays of the own list that refuse authors they do not know. */
  readonly known?: NostrEvent
  /** Where it should go first. */
  readonly prefer?: readonly string[]
  /** Relays that have it already. */
  readonly done?: readonly string[]
  /** Each relay's own answer, also a late one. */
  readonly onFate?: (fate: RelayFate) => void
}

export interface RelayRouteOptions {
  readonly pool: RelayPool
  readonly primary: PrimaryId
  readonly peers: PeerRelays
  /** How long the first lookup of a recipient's relays may hold up a message, ms. */
  readonly lookupMs?: number
  /** How far back each (re)subscription looks, ms; 48 h unless told otherwise. */
  readonly lookBackMs?: number
  readonly onUnreadable?: (event: NostrEvent, reason: string) => void | Promise<void>
}

export interface RelayRoute extends Route<RelayCargo> {
  /** The relays that delivered this person's last message: a hint where they are reached. */
  seenAt(primary: PrimaryId): readonly string[]
  noteSeen(primary: PrimaryId, eventId: string): void
  /** Asks the own relays for acknowledgements of these events, in chunks; hands them over as they are found. */
  findAcks(eventIds: readonly string[], onAck: (event: NostrEvent) => Promise<void>): Promise<void>
}

const LOOK_BACK_MS = 48 * 3_600_000
const LOOKUP_MS = 400
const MOST_PEERS = 1_000
const ACK_CHUNK = 50
const ACK_QUERY_MS = 10_000

/** Only what is about the author: by its transport key a relay learns who writes. */
const refusesAuthor = (fate: RelayFate): boolean =>
  fate.state === 'refused' && /^(restricted|auth-required):/.test(fate.reason ?? '')

/** The own relays, and for sending those a contact advertises. */
export const createRelayRoute = (options: RelayRouteOptions): RelayRoute => {
  const { pool } = options
  const address = addressOf(options.primary)
  const lastSeen = createBoundedMap<readonly string[]>(MOST_PEERS)
  let following: { readonly close: () => void } | undefined

  const arrivalOf = (event: NostrEvent, relay: string): Arrival =>
    event.kind === KIND_ACK
      ? { kind: 'ack', event }
      : { kind: 'message', envelope: readMessageEvent(event).envelope, event, relay }

  const take = async (event: NostrEvent, relay: string, onArrival: OnArrival): Promise<void> => {
    let arrival: Arrival
    try {
      arrival = arrivalOf(event, relay)
    } catch (error) {
      await options.onUnreadable?.(event, error instanceof Error ? error.message : 'malformed')
      return
    }
    await onArrival(arrival)
  }

  const advertised = async (contact: Contact): Promise<readonly string[]> =>
    contact.nostr === undefined ? [] : options.peers.find(contact.nostr, options.lookupMs ?? LOOKUP_MS)

  const send = async (contact: Contact, cargo: RelayCargo): Promise<Taken> => {
    const also = await advertised(contact)
    const own = pool.relays()
    const done = new Set(cargo.done)
    const only = [...own, ...also].filter((url) => !done.has(url))
    const first = Promise.withResolvers<Taken>()
    const seconds: Promise<unknown>[] = []
    const report = (fate: RelayFate): void => {
      if (fate.state === 'accepted') first.resolve({ via: fate.relay, at: fate.at })
      cargo.onFate?.(fate)
    }
    const publication = pool.publish(cargo.event, {
      ...{ also, only, prefer: [...(contact.preferRelay ? [contact.preferRelay] : []), ...(cargo.prefer ?? [])] },
      onFate: (fate) => {
        if (cargo.known && refusesAuthor(fate) && own.includes(fate.relay)) {
          const second = pool.publish(cargo.known, { only: [fate.relay], onFate: report })
          seconds.push(second.settled)
        } else report(fate)
      },
    })
    void publication.settled
      .then(() => Promise.all(seconds))
      .then(() => publication.accepted)
      .catch((error: unknown) => first.reject(error))
    return first.promise
  }

  return {
    name: 'relay',
    reaches: (contact) => pool.relays().length > 0 || contact.nostr !== undefined,
    send: async (contact, cargo) => {
      try {
        return await send(contact, cargo)
      } catch (error) {
        if (!(error instanceof TransportError)) throw error
        // What every relay refuses today others may take tomorrow.
        throw error.code === 'refused' ? new TransportError('not_accepted', error.message) : error
      }
    },
    receive: (onArrival, onReady) => {
      following = pool.follow({
        filters: [{ kinds: [KIND_MESSAGE, KIND_ACK], '#q': [address] }],
        lookBackMs: options.lookBackMs ?? LOOK_BACK_MS,
        onEvent: (event, relay) => take(event, relay, onArrival),
        onCaughtUp: onReady,
      })
    },
    findAcks: async (eventIds, onAck) => {
      for (let from = 0; from < eventIds.length; from += ACK_CHUNK) {
        const filters = [{ kinds: [KIND_ACK], '#e': eventIds.slice(from, from + ACK_CHUNK) }]
        for (const event of await pool.query(filters, { withinMs: ACK_QUERY_MS })) await onAck(event)
      }
    },
    retryNow: () => pool.retryNow(),
    stop: async () => {
      following?.close()
      pool.stop()
    },
    seenAt: (primary) => lastSeen.get(primary) ?? [],
    noteSeen: (primary, eventId) => {
      const relays = pool.seenOn(eventId)
      if (relays.length > 0) lastSeen.set(primary, relays)
    },
  }
}
