import { type Bytes, concat, type Random, randomBytes, toHex } from '@kez-chat/identity'
import { schnorr } from '@noble/curves/secp256k1.js'
import { hkdf } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { MessageError } from './errors.ts'

/** A key on nostr relays: the one bound to an identity, or a fresh one that carries a single message. */
export interface TransportKey {
  /** 32-byte secp256k1 secret. */
  readonly secret: Bytes
  /** x-only public key, 64 hex digits. */
  readonly publicKey: string
}

const publicKeyOfSecret = (secret: Uint8Array): string | undefined => {
  try {
    return toHex(schnorr.getPublicKey(secret))
  } catch {
    return undefined
  }
}

/**
 * The transport key of a 32-byte seed (protocol §4): HKDF-SHA256 with empty salt and
 * info = `"kez-chat-nostr-v1" ‖ counter byte`, the counter going up from 0 until the result is a valid secret.
 * @throws MessageError `malformed` when the seed has another length
 */
export const transportKeyFromSeed = (seed: Uint8Array): TransportKey => {
  if (seed.length !== 32) throw new MessageError('malformed', 'a seed is 32 bytes')
  for (let counter = 0; counter < 256; counter++) {
    const info = concat('kez-chat-nostr-v1', Uint8Array.of(counter))
    const secret = Uint8Array.from(hkdf(sha256, seed, new Uint8Array(), info, 32))
    const publicKey = publicKeyOfSecret(secret)
    if (publicKey !== undefined) return { secret, publicKey }
  }
  throw new MessageError('malformed', 'no transport key comes from this seed')
}

/**
 * A fresh key to carry one message (protocol §4), so that relays do not see who writes. Keep it with the message: what
 * is sent again must come from an author the message names.
 * @param random asked for 32 bytes, again in the one case of 2^128 that they are no secret key
 */
export const createAuthorKey = (random: Random = randomBytes): TransportKey => {
  for (let tries = 0; tries < 4; tries++) {
    const secret = random(32)
    const publicKey = publicKeyOfSecret(secret)
    if (publicKey !== undefined) return { secret, publicKey }
  }
  throw new MessageError('malformed', 'the random source gives no secret key')
}
