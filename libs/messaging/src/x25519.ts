import { type Bytes, checkPublicKey } from '@kez-chat/identity'
import { ed25519, x25519 } from '@noble/curves/ed25519.js'
import { MessageError } from './errors.ts'
import { asMessageErrors } from './identity-errors.ts'

/**
 * The X25519 public key of an Ed25519 public key (Edwards → Montgomery, protocol §3), after the checks of protocol §1.
 * @throws MessageError `weak_key`
 */
export const exchangeKeyOf = (publicKey: Uint8Array): Bytes =>
  asMessageErrors(() => {
    checkPublicKey(publicKey)
    return ed25519.utils.toMontgomery(publicKey)
  })

/** The X25519 secret of an Ed25519 seed: the clamped first half of its SHA-512. */
export const exchangeSecretOf = (seed: Uint8Array): Bytes => ed25519.utils.toMontgomerySecret(seed)

/** The X25519 public key of an X25519 secret. */
export const exchangePublicKey = (secret: Uint8Array): Bytes => x25519.getPublicKey(secret)

/**
 * The X25519 shared secret. An all-zero one, which any holder of a low-order point could predict, is refused.
 * @throws MessageError `weak_key`
 */
export const agree = (secret: Uint8Array, publicKey: Uint8Array): Bytes => {
  try {
    return x25519.getSharedSecret(secret, publicKey)
  } catch (cause) {
    throw new MessageError('weak_key', 'the other key leads to an all-zero shared secret', { cause })
  }
}
