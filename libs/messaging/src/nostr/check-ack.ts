import type { PrimaryId } from '@kez-chat/identity'
import { type AckStanding, verifyNostrAck } from '../ack.ts'
import { addressOf } from '../address.ts'
import { MessageError } from '../errors.ts'
import { isMigrating } from '../migration.ts'
import { readAckEvent } from './ack-event.ts'
import type { NostrEvent } from './event.ts'
import { checkEventTime } from './event-time.ts'

/** What the sender of a message knows of the acknowledgement it waits for. */
export interface AwaitedAck {
  /** The ids of all events the message went in. */
  readonly eventIds: readonly string[]
  /** Who sent the message. */
  readonly own: PrimaryId
  /** The one the conversation is with. */
  readonly peer: PrimaryId
  /** The nostr key bound to the peer's identity, when a lookup gave one; hex. */
  readonly peerTransportKey?: string
  /** `migration_until`, RFC 3339. */
  readonly migrationUntil?: string
  /** Unix milliseconds. */
  readonly now: number
}

/**
 * Believes that the peer got the message (protocol §4). Its signature decides; without one, and only before
 * `migration_until`, an event by the peer's bound transport key counts as unverified. Call it with an event that
 * `verifyNostrEvent` has passed.
 * @throws MessageError `wrong_kind`, `malformed`, `expired`, `too_new`, `too_old`, `wrong_event` (of another message),
 * `wrong_recipient`, `invalid_signature`, `weak_key`, `unsigned`, `wrong_carrier`
 */
export const checkAckEvent = (event: NostrEvent, awaited: AwaitedAck): AckStanding => {
  const ack = readAckEvent(event)
  checkEventTime(event, awaited.now)
  if (!awaited.eventIds.includes(ack.eventId)) throw new MessageError('wrong_event', 'acknowledges another event')
  if (ack.address !== addressOf(awaited.own)) throw new MessageError('wrong_recipient', 'for somebody else')
  if (ack.kezSig !== undefined) {
    verifyNostrAck(ack.eventId, ack.kezSig, awaited.peer)
    return 'verified'
  }
  if (!isMigrating(awaited.migrationUntil, awaited.now)) {
    throw new MessageError('unsigned', 'an acknowledgement without a signature')
  }
  if (event.pubkey !== awaited.peerTransportKey) throw new MessageError('wrong_carrier', 'not by the peer’s key')
  return 'unverified'
}
