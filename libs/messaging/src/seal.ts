import {
  jcsBytes,
  publicKeyOf,
  type Random,
  randomBytes,
  type SigningKey,
  toBase64url,
  toHex,
} from '@kez-chat/identity'
import { encrypt } from './cipher.ts'
import { MAX_ENVELOPE_BYTES, parseEnvelope, type SealedEnvelope } from './envelope.ts'
import { MessageError } from './errors.ts'
import { asMessageErrors } from './identity-errors.ts'
import { type Inner, parseInner, signedBytes } from './inner.ts'
import { pad } from './padding.ts'
import { agree, exchangeKeyOf, exchangePublicKey } from './x25519.ts'

/**
 * Signs and seals a message for `inner.to` (protocol §3, v2). Each call makes a fresh ephemeral key and nonce; the same
 * sealed bytes may go on every route.
 * @param random asked for 32 bytes (the ephemeral secret), then 12 (the nonce)
 * @throws MessageError `malformed`, `wrong_sender` (inner.from is not the key's), `weak_key` (the recipient's), `too_large`
 */
export const seal = async (inner: Inner, key: SigningKey, random: Random = randomBytes): Promise<SealedEnvelope> => {
  const { from, to } = parseInner(inner)
  if (from !== key.primary) throw new MessageError('wrong_sender', 'inner.from is not the signing key')
  const recipient = publicKeyOf(to)
  const recipientExchange = exchangeKeyOf(recipient)
  const plaintext = asMessageErrors(() =>
    jcsBytes({ inner, sig: toHex(key.sign(signedBytes(inner))) }, { maxBytes: MAX_ENVELOPE_BYTES }),
  )
  const secret = random(32)
  const nonce = random(12)
  const eph = exchangePublicKey(secret)
  const shared = agree(secret, recipientExchange)
  const ct = await encrypt({ shared, eph, nonce, recipient, recipientExchange }, pad(plaintext))
  return parseEnvelope({ v: 2, eph: toHex(eph), nonce: toHex(nonce), ct: toBase64url(ct) })
}
