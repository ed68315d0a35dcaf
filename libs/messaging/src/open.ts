import {
  type Bytes,
  checkSignature,
  fromBase64url,
  hasExactly,
  isHex,
  isRecord,
  jcs,
  parseJson,
} from '@kez-chat/identity'
import { type Body, parseBody } from './body.ts'
import { decrypt } from './cipher.ts'
import { envelopeBytes, MAX_ENVELOPE_BYTES, outerId, parseEnvelope } from './envelope.ts'
import { MessageError } from './errors.ts'
import { type Clocks, checkFreshness } from './freshness.ts'
import { asMessageErrors } from './identity-errors.ts'
import { type Inner, parseInner, signedBytes } from './inner.ts'
import type { MessagingKey } from './messaging-key.ts'
import { unpad } from './padding.ts'

/** How a message came. */
export interface Arrival extends Clocks {
  /** The nostr public key (hex) of the event it came in; absent on the home route. */
  readonly carriedBy?: string
}

/** A message that passed every check but the replay guard's. */
export interface OpenedMessage {
  readonly inner: Inner
  readonly body: Body
  /** `inner.sent_at`, unix milliseconds. */
  readonly sentAt: number
  /** The id of the sealed bytes. */
  readonly outerId: string
}

const parsePlaintext = (plaintext: Uint8Array): { inner: unknown; sig: string } =>
  asMessageErrors(() => {
    const value = parseJson(plaintext, MAX_ENVELOPE_BYTES)
    if (!isRecord(value) || !hasExactly(value, ['inner', 'sig']) || !isHex(value.sig, 64)) {
      throw new MessageError('malformed', 'the plaintext is { inner, sig }')
    }
    // One spelling per message: duplicate names, foreign order and needless escapes are refused with it.
    if (
      jcs(value, { maxBytes: MAX_ENVELOPE_BYTES }) !== new TextDecoder('utf-8', { ignoreBOM: true }).decode(plaintext)
    ) {
      throw new MessageError('not_canonical', 'the plaintext is not its own canonical form')
    }
    return { inner: value.inner, sig: value.sig }
  })

const decryptEnvelope = async (value: unknown, key: MessagingKey): Promise<Bytes> => {
  const envelope = parseEnvelope(value)
  const { eph, nonce } = envelopeBytes(envelope)
  const shared = key.agree(eph)
  const context = { shared, eph, nonce, recipient: key.publicKey, recipientExchange: key.exchangeKey }
  return decrypt(context, fromBase64url(envelope.ct, MAX_ENVELOPE_BYTES))
}

/**
 * Opens a sealed message as far as it does not depend on when and how it came: both versions, exact lengths, zero
 * padding, canonical plaintext, that it is for `key`, and the sender's signature.
 * @param value the envelope, parsed as JSON
 * @throws MessageError any code
 */
export const openInner = async (value: unknown, key: MessagingKey): Promise<Inner> => {
  const { inner: raw, sig } = parsePlaintext(unpad(await decryptEnvelope(value, key)))
  const inner = parseInner(raw)
  if (inner.to !== key.primary) throw new MessageError('wrong_recipient', 'signed for somebody else')
  asMessageErrors(() => checkSignature(sig, signedBytes(raw), inner.from))
  return inner
}

/**
 * Opens a sealed message (protocol §3, v2) and checks all there is to check: what `openInner` does, its age, and its
 * carrier. Ask the replay guard before showing or acknowledging it.
 * @param value the envelope, parsed as JSON
 * @throws MessageError any code
 */
export const open = async (value: unknown, key: MessagingKey, arrival: Arrival): Promise<OpenedMessage> => {
  const inner = await openInner(value, key)
  const sentAt = checkFreshness(inner.sent_at, arrival)
  const { carriedBy } = arrival
  if (inner.authors !== undefined && carriedBy !== undefined && !inner.authors.includes(carriedBy)) {
    throw new MessageError('wrong_carrier', 'carried by a key the sender did not name')
  }
  return { inner, body: parseBody(inner.body), sentAt, outerId: outerId(value) }
}
