import { ed25519 } from '@noble/curves/ed25519.js'
import { ed25519Signer } from '#ed25519'
import type { AnyPrimary } from './any-primary.ts'
import type { Bytes } from './bytes.ts'
import { IdentityError } from './errors.ts'
import { type PrimaryId, primaryOf } from './primary-id.ts'

/** An identity of either kind one can sign with. The secret itself stays inside. */
export interface Signer<Primary extends AnyPrimary = AnyPrimary> {
  readonly primary: Primary
  /** The 64-byte signature of `message` by the algorithm of the primary's kind (protocol §1). */
  readonly sign: (message: Uint8Array) => Bytes
}

/** An identity of chat one can sign with: its signatures are RFC 8032 Ed25519, pure and deterministic. */
export interface SigningKey extends Signer<PrimaryId> {
  /** 32-byte Ed25519 public key. */
  readonly publicKey: Bytes
}

/**
 * The identity of a 32-byte seed (protocol §1).
 * @throws IdentityError `malformed` when the seed has another length
 */
export const signingKeyFromSeed = (seed: Uint8Array): SigningKey => {
  if (seed.length !== 32) throw new IdentityError('malformed', 'a seed is 32 bytes')
  const publicKey = ed25519.getPublicKey(seed)
  return { primary: primaryOf(publicKey), publicKey, sign: ed25519Signer(seed) }
}
