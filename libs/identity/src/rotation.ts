import { type AnyPrimary, isAnyPrimary } from './any-primary.ts'
import { IdentityError } from './errors.ts'
import { hasExactly } from './record.ts'
import {
  type DocumentKind,
  openEnvelope,
  type SignedEnvelope,
  type SignedPayload,
  signEnvelope,
} from './signed-envelope.ts'
import type { Signer } from './signing-key.ts'

const KIND: DocumentKind = { kez: 'rotation_acceptance', type: 'kez.rotation.acceptance', version: 1 }

/** What a new key says to the rotation that names it (protocol §1). */
export interface RotationAcceptancePayload extends SignedPayload<AnyPrimary> {
  readonly old_primary: AnyPrimary
  /** The `prev` of the rotate event; absent exactly when that event is the first of its chain. */
  readonly chain_head?: string
}

/** An envelope signed by the NEW key. */
export type RotationAcceptance = SignedEnvelope<RotationAcceptancePayload>

/** The end of the old key's chain: what an acceptance holds for. */
export interface RotationPoint {
  readonly primary: AnyPrimary
  /** Hash of the last event of the chain; undefined while it has none. */
  readonly head?: string
}

/**
 * The new key's consent to take over from the chain that ends at `old`. It holds for that very point of the chain: an
 * event appended in between makes it void.
 * @throws IdentityError `invalid` when both keys are one
 */
export const acceptRotation = (old: RotationPoint, newKey: Signer): RotationAcceptance => {
  if (old.primary === newKey.primary) throw new IdentityError('invalid', 'a key cannot be rotated to itself')
  const payload: RotationAcceptancePayload = {
    type: KIND.type,
    version: KIND.version,
    old_primary: old.primary,
    primary: newKey.primary,
    ...(old.head === undefined ? {} : { chain_head: old.head }),
  }
  return signEnvelope(KIND.kez, payload, newKey)
}

/**
 * Checks that `value` is the consent of `newPrimary` to take over from the chain that ends at `old`.
 * @throws IdentityError `malformed`, `wrong_type`, `unknown_version`, `key_mismatch`, `unsupported_algorithm`,
 *   `too_large`, `weak_key`, `invalid_signature`, `invalid`
 */
export const verifyAcceptance = (value: unknown, newPrimary: AnyPrimary, old: RotationPoint): void => {
  const { payload } = openEnvelope(value, KIND)
  if (
    !hasExactly(payload, ['type', 'version', 'old_primary', 'primary'], ['chain_head']) ||
    !isAnyPrimary(payload.old_primary)
  ) {
    throw new IdentityError('malformed', 'an acceptance is { type, version, old_primary, primary, chain_head? }')
  }
  if (payload.primary !== newPrimary) {
    throw new IdentityError('key_mismatch', 'the acceptance is by another key than new_primary')
  }
  if (payload.old_primary !== old.primary) throw new IdentityError('invalid', 'the acceptance is for another old key')
  if (payload.chain_head !== old.head)
    throw new IdentityError('invalid', 'the acceptance is for another head of the chain')
}
