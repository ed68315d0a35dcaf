import { schnorr } from '@noble/curves/secp256k1.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { verifyEd25519 } from '#ed25519'
import type { AnyPrimary } from './any-primary.ts'
import { isSoundPublicKey } from './ed25519-key.ts'
import { IdentityError } from './errors.ts'
import { fromHex } from './hex.ts'
import { isNostrPrimary, isSoundNostrKey, nostrPublicKeyOf } from './nostr-primary.ts'
import { type PrimaryId, publicKeyOf } from './primary-id.ts'

/** The one signature algorithm chat accepts: pure Ed25519 over JCS(payload). */
export const ED25519_ALGORITHM = 'ed25519-sha512-jcs'

/** What `nostr:` primaries sign claims and sigchains with: BIP-340 over SHA-256(JCS(payload)). */
export const NOSTR_ALGORITHM = 'nostr-secp256k1-schnorr-sha256-jcs'

/** The algorithm a primary signs with (protocol §1): its kind decides. */
export const algorithmOf = (primary: AnyPrimary): string =>
  isNostrPrimary(primary) ? NOSTR_ALGORITHM : ED25519_ALGORITHM

const unmatched = (): IdentityError => new IdentityError('invalid_signature', 'the signature does not match')

/**
 * Believes `sig` (128 hex digits) over `message` by `primary`, or throws.
 * @throws IdentityError `malformed`, `weak_key`, `invalid_signature`
 */
export const checkSignature = (sig: string, message: Uint8Array, primary: PrimaryId): void => {
  const publicKey = publicKeyOf(primary)
  if (verifyEd25519(fromHex(sig, 64), message, publicKey)) return
  if (!isSoundPublicKey(publicKey)) throw new IdentityError('weak_key', 'the signing key is not a sound Ed25519 key')
  throw unmatched()
}

/**
 * Believes `sig` (128 hex digits) over `message` by a primary of either kind, with the algorithm of that kind.
 * @throws IdentityError `malformed`, `weak_key`, `invalid_signature`
 */
export const checkAnySignature = (sig: string, message: Uint8Array, primary: AnyPrimary): void => {
  if (!isNostrPrimary(primary)) {
    checkSignature(sig, message, primary)
    return
  }
  const publicKey = nostrPublicKeyOf(primary)
  if (schnorr.verify(fromHex(sig, 64), sha256(message), publicKey)) return
  if (!isSoundNostrKey(publicKey)) throw new IdentityError('weak_key', 'the signing key is not on the curve secp256k1')
  throw unmatched()
}
