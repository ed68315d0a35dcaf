import { isHex, type SigningKey } from '@kez-chat/identity'
import { signNostrAck } from '../ack.ts'
import { addressOf } from '../address.ts'
import { type Body, isContent } from '../body.ts'
import { MessageError } from '../errors.ts'
import type { Inner } from '../inner.ts'
import type { TransportKey } from '../transport-key.ts'
import type { NostrEvent } from './event.ts'
import { KIND_ACK, KIND_MESSAGE } from './kinds.ts'
import { addressOfEvent } from './message-event.ts'
import { signEvent } from './sign-event.ts'
import { onlyTag } from './tags.ts'

/** A message that was opened, and the event it came in. */
export interface OpenedEvent {
  readonly event: Pick<NostrEvent, 'id' | 'pubkey' | 'kind'>
  readonly opened: { readonly inner: Pick<Inner, 'from' | 'to'>; readonly body: Body }
}

/**
 * The acknowledgement of an opened message as an event of kind 4244 (protocol §4), over the id of the event it came in.
 * Acks and chunks are never acknowledged, a file's pointer only when the file is whole.
 * @param key the recipient's
 * @param at unix milliseconds
 * @param author a fresh key, or the transport key
 * @throws MessageError `wrong_kind`, `wrong_recipient`, `malformed`
 */
export const createAckEvent = (
  { event, opened }: OpenedEvent,
  key: SigningKey,
  at: number,
  author: TransportKey,
): NostrEvent => {
  if (event.kind !== KIND_MESSAGE || !isContent(opened.body)) {
    throw new MessageError('wrong_kind', 'only a message is acknowledged')
  }
  if (opened.inner.to !== key.primary) throw new MessageError('wrong_recipient', 'a message of somebody else')
  const tags = [
    ['e', event.id],
    ['p', event.pubkey],
    ['q', addressOf(opened.inner.from)],
    ['kez-sig', signNostrAck(event.id, key)],
  ]
  return signEvent({ kind: KIND_ACK, tags, content: '' }, at, author)
}

/** What an event of kind 4244 says; `checkAckEvent` tells whether it is to be believed. */
export interface CarriedAck {
  /** The acknowledged event. */
  readonly eventId: string
  /** The author of the acknowledged event. */
  readonly author: string
  /** The address of who sent the acknowledged message. */
  readonly address: string
  /** Ed25519 by the recipient's primary, 128 hex digits; absent on what old clients send. */
  readonly kezSig?: string
}

/**
 * Reads an acknowledgement event: one `e`, one `p`, one `q` and at most one `kez-sig`.
 * @throws MessageError `wrong_kind`, `malformed`
 */
export const readAckEvent = (event: NostrEvent): CarriedAck => {
  if (event.kind !== KIND_ACK) throw new MessageError('wrong_kind', 'not an acknowledgement')
  const [eventId, author, kezSig] = ['e', 'p', 'kez-sig'].map((name) => onlyTag(event, name))
  if (!isHex(eventId, 32)) throw new MessageError('malformed', 'e is not the id of an event')
  if (!isHex(author, 32)) throw new MessageError('malformed', 'p is not a nostr public key')
  if (kezSig !== undefined && !isHex(kezSig, 64)) throw new MessageError('malformed', 'kez-sig is no signature')
  return { eventId, author, address: addressOfEvent(event), ...(kezSig === undefined ? {} : { kezSig }) }
}
