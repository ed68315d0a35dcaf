import type { NostrEvent } from '@kez-chat/messaging/nostr'
import type { Filter } from 'nostr-tools/filter'
import { TransportError } from '../errors.ts'
import { jittered, type Timing } from '../timing.ts'
import { asksForAuth, clientFrame } from './frames.ts'

/** What somebody wants of one relay. */
export interface RelaySubscription {
  /** Asked at each (re)subscription, so that `since` can move along. */
  readonly filters: () => Filter[]
  /** True for an event that need not be verified or handed over again; only its shape has been checked so far. */
  readonly isKnown: (event: Pick<NostrEvent, 'id' | 'created_at'>) => boolean
  /** A verified event that matches; the next waits until the promise settles. */
  readonly onEvent: (event: NostrEvent) => void | Promise<void>
  /** The relay gave all it has stored; `timeout` when it did not say so in time. Again after each reconnect. */
  readonly onEose: (how: 'eose' | 'timeout') => void
  /** The relay ended it. A lasting subscription is opened again later by itself. */
  readonly onClosed: (reason: string) => void
  readonly lasting: boolean
}

export interface OpenSubscription {
  /** Asks once more, as after a reconnect. */
  again(): void
  close(): void
}

export interface SubscriptionsOptions {
  readonly timing: Timing
  readonly eoseMs: number
  readonly most: number
  readonly send: (text: string) => boolean
  readonly authenticate: () => Promise<boolean>
  /** So many events are about to come because we ask for them. */
  readonly onAsked: (events: number) => void
  readonly onRoundTrip: (ms: number) => void
}

export interface Active {
  /** Another at each asking, so that what still comes of an old answer is not taken for the new one. */
  id: string
  /** The relay holds it open, as far as is known. */
  held: boolean
  readonly wanted: RelaySubscription
  filters: Filter[]
  askedAt: number
  eosed: boolean
  authentications: number
  refusals: number
  cancel: () => void
}

const MOST_AUTHENTICATIONS = 2
const ASSUMED_LIMIT = 500

/** The subscriptions of one relay, across its connections. */
export const createSubscriptions = (options: SubscriptionsOptions) => {
  const { timing } = options
  const active = new Map<string, Active>()
  let count = 0

  const eose = (subscription: Active, how: 'eose' | 'timeout'): void => {
    if (subscription.eosed) return
    subscription.eosed = true
    subscription.cancel()
    subscription.wanted.onEose(how)
  }

  const release = (subscription: Active): void => {
    if (subscription.held) options.send(clientFrame.close(subscription.id))
    subscription.held = false
    active.delete(subscription.id)
  }

  const ask = (subscription: Active): void => {
    subscription.cancel()
    release(subscription)
    subscription.id = `k${++count}`
    active.set(subscription.id, subscription)
    subscription.filters = subscription.wanted.filters()
    subscription.eosed = false
    const sent = options.send(clientFrame.req(subscription.id, subscription.filters))
    subscription.held = sent
    if (!sent && subscription.wanted.lasting) return
    subscription.askedAt = timing.now()
    if (sent) for (const { limit = ASSUMED_LIMIT } of subscription.filters) options.onAsked(limit)
    subscription.cancel = timing.after(options.eoseMs, () => eose(subscription, 'timeout'))
  }

  const end = (subscription: Active, reason: string): void => {
    subscription.cancel()
    subscription.refusals += 1
    if (!subscription.wanted.lasting) active.delete(subscription.id)
    else {
      const wait = jittered(timing, subscription.refusals, 2_000, 5 * 60_000)
      subscription.cancel = timing.after(wait, () => ask(subscription))
    }
    subscription.wanted.onClosed(reason)
  }

  const closed = async (subscription: Active, reason: string): Promise<void> => {
    const { id } = subscription
    subscription.cancel()
    subscription.held = false
    const mayAuthenticate = asksForAuth(reason) && subscription.authentications++ < MOST_AUTHENTICATIONS
    const known = mayAuthenticate && (await options.authenticate())
    if (active.get(id) !== subscription) return
    if (known) ask(subscription)
    else end(subscription, reason)
  }

  return {
    /** @throws TransportError `full` */
    open: (wanted: RelaySubscription): OpenSubscription => {
      if (active.size >= options.most) throw new TransportError('full', 'too many subscriptions at this relay')
      const subscription: Active = {
        ...{ id: '', held: false, wanted, filters: [], askedAt: 0, eosed: false },
        ...{ authentications: 0, refusals: 0, cancel: () => undefined },
      }
      ask(subscription)
      return {
        again: () => {
          if (active.has(subscription.id)) ask(subscription)
        },
        close: () => {
          subscription.cancel()
          release(subscription)
        },
      }
    },
    get: (id: string): Active | undefined => active.get(id),
    /** Call once the events before it are through. */
    onEose: (id: string): void => {
      const subscription = active.get(id)
      if (!subscription || subscription.eosed) return
      subscription.refusals = 0
      options.onRoundTrip(timing.now() - subscription.askedAt)
      eose(subscription, 'eose')
    },
    onClosed: (id: string, reason: string): void => {
      const subscription = active.get(id)
      if (subscription) void closed(subscription, reason)
    },
    /** A new connection: everything is asked for again. */
    reopen: (): void => {
      for (const subscription of [...active.values()]) {
        subscription.authentications = 0
        ask(subscription)
      }
    },
    /** The connection ended: questions that wait for it would wait for nothing. */
    lost: (reason: string): void => {
      for (const subscription of [...active.values()]) {
        subscription.cancel()
        subscription.held = false
        if (subscription.wanted.lasting) continue
        active.delete(subscription.id)
        subscription.wanted.onClosed(reason)
      }
    },
    stop: (): void => {
      for (const subscription of active.values()) subscription.cancel()
      active.clear()
    },
    get size() {
      return active.size
    },
  }
}
