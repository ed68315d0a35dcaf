import { ed25519 } from '@noble/curves/ed25519.js'
import { ed25519Signer } from '#ed25519'
import type { Bytes } from './bytes.ts'
import { IdentityError } from './errors.ts'
import { type PrimaryId, primaryOf } from './primary-id.ts'

/** An identity one can sign with. The seed itself stays inside. */
export interface SigningKey {
  readonly primary: PrimaryId
  /** 32-byte Ed25519 public key. */
  readonly publicKey: Bytes
  /** The 64-byte RFC 8032 signature (pure, deterministic) of `message`. */
  readonly sign: (message: Uint8Array) => Bytes
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
