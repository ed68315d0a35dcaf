import { type NostrEvent, normalizeRelayUrl } from '@kez-chat/messaging/nostr'
import type { Filter } from 'nostr-tools/filter'
import type { SignAuth } from '../relay/authentication.ts'
import type { RelayFate } from '../relay/fate.ts'
import type { VerifyEvent } from '../relay/incoming.ts'
import { createRelay, type Relay, type RelayLimits } from '../relay/relay.ts'
import type { RelayState } from '../relay/relay-state.ts'
import { type OpenSocket, platformSocket } from '../relay/socket.ts'
import { systemTiming, type Timing } from '../timing.ts'
import { createFollowing, type Following, type FollowOptions } from './follow.ts'
import { inOrder } from './order.ts'
import { createPublication, type Publication } from './publication.ts'
import { type QueryOptions, queryRelays } from './query.ts'
import { createSeenOn } from './seen-on.ts'

export interface PoolOptions {
  /** The own list, first the most important; any spelling, each counts once. */
  readonly relays: readonly string[]
  readonly verify: VerifyEvent
  /** Answers a challenge with the transport key; asked only for relays of the own list. */
  readonly signAuth: SignAuth
  readonly openSocket?: OpenSocket
  readonly timing?: Timing
  readonly limits?: Partial<RelayLimits>
  readonly onState?: (state: RelayState) => void
  /** What a handler of events threw. */
  readonly onError?: (error: unknown) => void
}

export interface PublishOptions {
  /** Relays beside the own list, e.g. those the recipient advertises: written to, never authenticated to. */
  readonly also?: readonly string[]
  /** These go first, as far as they are among the relays. */
  readonly prefer?: readonly string[]
  /** Only these of all, when given: for a second try. */
  readonly only?: readonly string[]
  readonly onFate?: (fate: RelayFate) => void
}

const MOST_FOREIGN = 16

/**
 * Several relays as one: publishes to all and is content with the first that accepts, follows all and hands over each
 * event once.
 * @throws MessageError `malformed` for what is no relay's URL
 */
export const createRelayPool = (options: PoolOptions) => {
  const { timing = systemTiming, openSocket = platformSocket } = options
  const own = new Map<string, Relay>()
  const foreign = new Map<string, Relay>()
  const followings = new Set<Following>()
  const seenOn = createSeenOn()
  let stopped = false

  const connect = (url: string, signAuth?: SignAuth): Relay =>
    createRelay({
      ...{ url, openSocket, timing, verify: options.verify, signAuth, limits: options.limits },
      onState: (state) => options.onState?.(state),
      onError: (error) => options.onError?.(error),
    })

  const remove = (relays: Map<string, Relay>, url: string): void => {
    const relay = relays.get(url)
    relays.delete(url)
    if (!relay) return
    for (const following of followings) following.leave(relay)
    relay.stop()
  }

  const setRelays = (urls: readonly string[]): void => {
    const wanted = new Set(urls.map(normalizeRelayUrl))
    for (const url of [...own.keys()]) if (!wanted.has(url)) remove(own, url)
    const before = new Map(own)
    own.clear()
    for (const url of wanted) {
      remove(foreign, url)
      const known = before.get(url)
      const relay = known ?? connect(url, options.signAuth)
      own.set(url, relay)
      if (!known) for (const following of followings) following.join(relay)
    }
  }

  const foreignRelay = (url: string): Relay => {
    const relay = foreign.get(url) ?? connect(url)
    foreign.delete(url)
    foreign.set(url, relay)
    for (const oldest of foreign.keys()) {
      if (foreign.size <= MOST_FOREIGN) break
      remove(foreign, oldest)
    }
    return relay
  }

  setRelays(options.relays)

  return {
    /** The own list from now on. */
    setRelays: (urls: readonly string[]): void => {
      if (!stopped) setRelays(urls)
    },
    /** The own list, normalised. */
    relays: (): string[] => [...own.keys()],

    /** Sends an event to the own list and to `also`; never throws. */
    publish: (event: NostrEvent, { also = [], prefer = [], only, onFate }: PublishOptions = {}): Publication => {
      const known = stopped ? [] : inOrder([[...own.keys()], also])
      const all = only ? known.filter((url) => only.includes(url)) : known
      const first = new Set(prefer)
      const urls = inOrder([all.filter((url) => first.has(url)), all])
      const ask = (url: string, listener: (fate: RelayFate) => void): void =>
        (own.get(url) ?? foreignRelay(url)).publish(event, listener)
      return createPublication(urls, ask, timing.now, onFate)
    },

    /** Follows all relays of the own list, whatever it will be. */
    follow: (wanted: FollowOptions): { readonly close: () => void } => {
      const following = createFollowing(wanted, seenOn, timing)
      followings.add(following)
      for (const relay of own.values()) following.join(relay)
      return {
        close: () => {
          followings.delete(following)
          following.close()
        },
      }
    },

    /** Asks the connected relays of the own list once, and those of `also`. Never rejects. */
    query: (filters: readonly Filter[], { also = [], only, ...wanted }: QueryOptions): Promise<NostrEvent[]> => {
      const connected = [...own.values()].filter(({ state: { phase } }) => phase === 'live' || phase === 'connecting')
      const isWanted = (url: string): boolean => !only || only.includes(url)
      const others = stopped ? [] : inOrder([also]).filter((url) => !own.has(url) && isWanted(url))
      const asked = [...connected.filter(({ url }) => isWanted(url)), ...others.map(foreignRelay)]
      return queryRelays(asked, filters, wanted, seenOn, timing)
    },

    /** The relays that delivered the event. */
    seenOn: (id: string): readonly string[] => seenOn.relays(id),

    states: (): RelayState[] => [...own.values(), ...foreign.values()].map(({ state }) => state),

    /** The network came back: tries at once what waits for its next attempt. */
    retryNow: (): void => {
      for (const relay of own.values()) relay.retryNow()
    },

    /** Closes every connection and cancels every timer; nothing runs afterwards. */
    stop: (): void => {
      stopped = true
      for (const following of followings) following.close()
      followings.clear()
      for (const relays of [own, foreign]) for (const url of [...relays.keys()]) remove(relays, url)
    },
  }
}

export type RelayPool = ReturnType<typeof createRelayPool>
