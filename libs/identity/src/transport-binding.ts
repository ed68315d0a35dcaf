import { schnorr } from '@noble/curves/secp256k1.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { type Bytes, concat, type Random, randomBytes } from './bytes.ts'
import { IdentityError } from './errors.ts'
import { fromHex, isHex, toHex } from './hex.ts'
import { type PrimaryId, publicKeyOf } from './primary-id.ts'

const digest = (primary: PrimaryId, server: string): Bytes =>
  Uint8Array.from(sha256(concat('kez-chat-transport-v1', publicKeyOf(primary), server)))

/** Body of `PUT /v1/profile/<handle>/transport`. */
export interface TransportBinding {
  /** x-only secp256k1 public key of the transport key, 64 hex digits. */
  readonly nostr: string
  /** BIP-340 signature by it, 128 hex digits. */
  readonly proof: string
}

/**
 * Proves that whoever holds the identity also holds the transport key: BIP-340 by the transport key over
 * SHA-256(`"kez-chat-transport-v1" ‖ the primary's 32 public key bytes ‖ server`) (protocol §2).
 * @param transportSecret 32-byte secp256k1 secret
 * @throws IdentityError `invalid` when the secret is not one
 */
export const createTransportBinding = (
  transportSecret: Uint8Array,
  primary: PrimaryId,
  server: string,
  random: Random = randomBytes,
): TransportBinding => {
  try {
    return {
      nostr: toHex(schnorr.getPublicKey(transportSecret)),
      proof: toHex(schnorr.sign(digest(primary, server), transportSecret, random(32))),
    }
  } catch (cause) {
    throw new IdentityError('invalid', 'not a secp256k1 secret key', {}, { cause })
  }
}

/**
 * @throws IdentityError `malformed`, `invalid` (the proof does not bind this key to this primary at this server)
 */
export const verifyTransportBinding = (binding: TransportBinding, primary: PrimaryId, server: string): void => {
  const { nostr, proof } = binding
  if (!isHex(nostr, 32) || !isHex(proof, 64)) {
    throw new IdentityError('malformed', 'nostr is 64 and proof 128 lower-case hex digits')
  }
  if (!schnorr.verify(fromHex(proof, 64), digest(primary, server), fromHex(nostr, 32))) {
    throw new IdentityError('invalid', 'the proof does not bind this transport key to this identity at this server')
  }
}
