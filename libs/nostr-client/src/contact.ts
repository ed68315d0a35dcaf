import type { PrimaryId } from '@kez-chat/identity'

/** What the app knows of somebody, as far as sending needs it. */
export interface Contact {
  readonly primary: PrimaryId
  /** `handle@server`, confirmed by a lookup there; without it the home route does not reach them. */
  readonly handle?: string
  /** The nostr key bound to the identity (hex), from a lookup: finds the relays they advertise. */
  readonly nostr?: string
  /** Normalised URL of the relay where they like to be answered. */
  readonly preferRelay?: string
  /** Whether the person has accepted this contact: only then is anything acknowledged to them. */
  readonly accepted: boolean
  /** Nothing they write is ever acknowledged, also not later: they are blocked, or confirmations are switched off. */
  readonly unacknowledged?: boolean
}

/** The app's contacts; asked anew each time, so that what was learned in between counts. */
export interface Contacts {
  find(primary: PrimaryId): Contact | undefined | Promise<Contact | undefined>
}
