import { type Bytes, checkSignature, concat, isHex, type PrimaryId, type SigningKey, toHex } from '@kez-chat/identity'
import type { AckBody } from './body.ts'
import { MessageError } from './errors.ts'
import { asMessageErrors } from './identity-errors.ts'

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
