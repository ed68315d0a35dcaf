import { type Bytes, type SigningKey, signingKeyFromSeed } from '@kez-chat/identity'
import { asMessageErrors } from './identity-errors.ts'
import { agree, exchangePublicKey, exchangeSecretOf } from './x25519.ts'

/** An identity that can sign and open messages. The secrets stay inside. */
export interface MessagingKey extends SigningKey {
  /** 32-byte X25519 public key. */
  readonly exchangeKey: Bytes
  /**
   * X25519 with another's public key.
   * @throws MessageError `weak_key`
   */
  readonly agree: (exchangeKey: Uint8Array) => Bytes
}

/**
 * The keys of a 32-byte seed.
 * @throws MessageError `malformed` when the seed has another length
 */
export const messagingKeyFromSeed = (seed: Uint8Array): MessagingKey => {
  const signing = asMessageErrors(() => signingKeyFromSeed(seed))
  const secret = exchangeSecretOf(seed)
  return {
    ...signing,
    exchangeKey: exchangePublicKey(secret),
    agree: (exchangeKey) => agree(secret, exchangeKey),
  }
}
