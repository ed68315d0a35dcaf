import { type Bytes, checkSignature, concat, isHex, type PrimaryId, type SigningKey, toHex } from '@kez-chat/identity'
import type { AckBody } from './body.ts'
import { MessageError } from './errors.ts'
import { asMessageErrors } from './identity-errors.ts'
import type { OpenedMessage } from './open.ts'

/** How far an acknowledgement is to be believed; an unverified one is never more than a hint. */
export type AckStanding = 'verified' | 'unverified'

const signedText = (label: string, id: string, idBytes: number): Bytes => {
  if (!isHex(id, idBytes)) throw new MessageError('malformed', `an acknowledged id is ${idBytes} bytes as hex`)
  return concat(`${label}\n`, id)
}

const homeText = (innerId: string): Bytes => signedText('kez-ack-home-v1', innerId, 16)
const nostrText = (eventId: string): Bytes => signedText('kez-ack-v1', eventId, 32)

/**
 * The body that acknowledges a message which came over the home route (protocol §3): Ed25519 over
 * `"kez-ack-home-v1\n" ‖ inner_id`.
 * @throws MessageError `malformed`
 */
export const createHomeAck = (innerId: string, key: SigningKey): AckBody => ({
  type: 'kez-ack-v1',
  inner_id: innerId,
  sig: toHex(key.sign(homeText(innerId))),
})

/**
 * Believes that `peer` acknowledged the message `ack.inner_id`.
 * @throws MessageError `malformed`, `weak_key`, `invalid_signature`
 */
export const verifyHomeAck = (ack: Pick<AckBody, 'inner_id' | 'sig'>, peer: PrimaryId): void =>
  asMessageErrors(() => checkSignature(ack.sig, homeText(ack.inner_id), peer))

/** What the sender of a message knows of the acknowledgement it waits for on the home route. */
export interface AwaitedHomeAck {
  readonly innerId: string
  /** The one the conversation is with. */
  readonly peer: PrimaryId
}

/**
 * Believes that an opened message is the peer's acknowledgement of `innerId`. There are no unsigned ones on this route.
 * @throws MessageError `wrong_kind` (no acknowledgement), `wrong_sender`, `wrong_event` (of another message),
 * `invalid_signature`, `weak_key`
 */
export const checkHomeAck = (
  { inner, body }: Pick<OpenedMessage, 'inner' | 'body'>,
  { innerId, peer }: AwaitedHomeAck,
): AckStanding => {
  if (body.type !== 'kez-ack-v1') throw new MessageError('wrong_kind', 'not an acknowledgement')
  if (inner.from !== peer) throw new MessageError('wrong_sender', 'not from the one the conversation is with')
  if (body.inner_id !== innerId) throw new MessageError('wrong_event', 'acknowledges another message')
  verifyHomeAck(body, peer)
  return 'verified'
}

/**
 * The `kez-sig` tag of a nostr acknowledgement (protocol §4): Ed25519 over `"kez-ack-v1\n" ‖ event id`, as hex.
 * @throws MessageError `malformed`
 */
export const signNostrAck = (eventId: string, key: SigningKey): string => toHex(key.sign(nostrText(eventId)))

/**
 * Believes that `peer` acknowledged the event `eventId` with `sig`.
 * @throws MessageError `malformed`, `weak_key`, `invalid_signature`
 */
export const verifyNostrAck = (eventId: string, sig: string, peer: PrimaryId): void =>
  asMessageErrors(() => checkSignature(sig, nostrText(eventId), peer))
