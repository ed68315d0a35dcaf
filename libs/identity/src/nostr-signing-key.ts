import { schnorr } from '@noble/curves/secp256k1.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { type Random, randomBytes } from './bytes.ts'
import { IdentityError } from './errors.ts'
import { type NostrPrimary, nostrPrimaryOf } from './nostr-primary.ts'
import type { Signer } from './signing-key.ts'

/**
 * The nostr identity of a 32-byte secp256k1 secret (protocol §1). It signs with BIP-340 over SHA-256 of the message.
 * @throws IdentityError `invalid` when the secret is no secret key of secp256k1
 */
export const nostrSigningKey = (secret: Uint8Array, random: Random = randomBytes): Signer<NostrPrimary> => {
  const own = Uint8Array.from(secret)
  try {
    const primary = nostrPrimaryOf(schnorr.getPublicKey(own))
    return { primary, sign: (message) => Uint8Array.from(schnorr.sign(sha256(message), own, random(32))) }
  } catch (cause) {
    throw new IdentityError('invalid', 'not a secp256k1 secret key', {}, { cause })
  }
}
