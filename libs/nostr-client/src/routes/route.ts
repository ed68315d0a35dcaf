import type { SealedEnvelope } from '@kez-chat/messaging'
import type { NostrEvent } from '@kez-chat/messaging/nostr'
import type { Contact } from '../contact.ts'

/** The two ways a message travels, each by itself. */
export type RouteName = 'home' | 'relay'

/** Who took a message: `home`, or the URL of a relay; and when, unix milliseconds. */
export interface Taken {
  readonly via: string
  readonly at: number
}

/** Something that came, before anything is opened. */
export type Arrival =
  | {
      readonly kind: 'message'
      /** The sealed envelope as JSON. */
      readonly envelope: unknown
      /** The verified event it came in; absent for what was posted to the home server. */
      readonly event?: NostrEvent
      /** Unix milliseconds, by the own home server; absent from a relay. */
      readonly receivedAt?: number
      /** The relay that delivered it. */
      readonly relay?: string
    }
  /** An acknowledgement (kind 4244), its own signature verified, and nothing more. */
  | { readonly kind: 'ack'; readonly event: NostrEvent }

/** An arrival that waits for its time: until `dealtWith` settles it is kept by nobody, and has to come again after a restart. */
export interface Later {
  readonly dealtWith: Promise<void>
}

/** Settles once the arrival is dealt with, or put off; rejects when it has to come again. */
export type OnArrival = (arrival: Arrival) => Promise<Later | undefined>

/**
 * One way to people and from them.
 * @typeParam Cargo what it carries: the home server an envelope, relays an event
 */
export interface Route<Cargo> {
  readonly name: RouteName
  /** Whether there is any way to this contact. */
  reaches(contact: Contact): boolean
  /**
   * One attempt, bounded in time. The same cargo may be sent again: it is recognised.
   * @throws TransportError `refused` for good, or `no_route`, `not_accepted`, `stopped`: try again later
   */
  send(contact: Contact, cargo: Cargo): Promise<Taken>
  /**
   * Begins to receive. Call once.
   * @param onReady the way is open, or open again: the inbox is live, a relay has given all it has
   */
  receive(onArrival: OnArrival, onReady: () => void): void
  /** Tries at once what waits for its next attempt, e.g. when the browser is online again. */
  retryNow(): void
  /** Resolves when nothing of it runs any more. */
  stop(): Promise<void>
}

/** What the home server carries. */
export interface HomeCargo {
  readonly envelope: SealedEnvelope
  readonly wake: boolean
}
