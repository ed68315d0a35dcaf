import { sha256 } from '@noble/hashes/sha2.js'
import { verifyEd25519 } from '#ed25519'
import { isSoundPublicKey } from './ed25519-key.ts'
import { IdentityError } from './errors.ts'
import { fromHex, isHex, toHex } from './hex.ts'
import { jcsBytes } from './jcs.ts'
import { isPrimaryId, type PrimaryId, publicKeyOf } from './primary-id.ts'
import { hasExactly, isRecord, type JsonRecord } from './record.ts'
import type { SigningKey } from './signing-key.ts'

/** The one signature algorithm chat accepts: pure Ed25519 over JCS(payload). */
export const ED25519_ALGORITHM = 'ed25519-sha512-jcs'

/** Longest JCS of a payload that is signed or verified, in bytes. */
export const MAX_SIGNED_BYTES = 64 * 1024

/** What every signed payload carries. */
export interface SignedPayload {
  readonly type: string
  readonly version: number
  readonly primary: PrimaryId
}

/** A KEZ signature envelope (protocol §1): `signature.key` equals `payload.primary`, `sig` is 128 hex digits. */
export interface SignedEnvelope<Payload extends SignedPayload = SignedPayload> {
  readonly kez: string
  readonly payload: Payload
  readonly signature: { readonly alg: string; readonly key: PrimaryId; readonly sig: string }
}

/** Which document is expected: the envelope's tag, and type and version in the payload. */
export interface DocumentKind {
  readonly kez: string
  readonly type: string
  readonly version: number
}

/**
 * Signs `payload`, whose `primary` must be the key's own.
 * @throws IdentityError `key_mismatch`, `malformed`, `too_large`
 */
export const signEnvelope = <Payload extends SignedPayload>(
  kez: string,
  payload: Payload,
  key: SigningKey,
): SignedEnvelope<Payload> => {
  if (payload.primary !== key.primary) throw new IdentityError('key_mismatch', 'the payload names another primary')
  const sig = toHex(key.sign(jcsBytes(payload, { maxBytes: MAX_SIGNED_BYTES })))
  return { kez, payload, signature: { alg: ED25519_ALGORITHM, key: key.primary, sig } }
}

const malformed = (message: string): IdentityError => new IdentityError('malformed', message)

/**
 * Verifies an envelope from outside, in the order of protocol §2, each failure with its own code: shape and tag, type
 * and version, `signature.key` = `payload.primary`, Ed25519 only, signature by a sound key.
 * @returns the payload, of which only `type`, `version` and `primary` have been looked at
 * @throws IdentityError `malformed`, `wrong_type`, `unknown_version`, `key_mismatch`, `unsupported_algorithm`,
 *   `too_large`, `weak_key`, `invalid_signature`
 */
export const verifyEnvelope = (value: unknown, kind: DocumentKind): JsonRecord & SignedPayload => {
  if (!isRecord(value) || !hasExactly(value, ['kez', 'payload', 'signature'])) {
    throw malformed('an envelope is { kez, payload, signature }')
  }
  const { kez, payload, signature } = value
  if (!isRecord(payload)) throw malformed('payload is not an object')
  if (!isRecord(signature) || !hasExactly(signature, ['alg', 'key', 'sig'])) {
    throw malformed('signature is { alg, key, sig }')
  }
  if (kez !== kind.kez) throw new IdentityError('wrong_type', `expected an envelope tagged ${kind.kez}`)
  if (payload.type !== kind.type) throw new IdentityError('wrong_type', `expected a payload of type ${kind.type}`)
  if (payload.version !== kind.version) throw new IdentityError('unknown_version', `expected version ${kind.version}`)
  if (typeof signature.key !== 'string' || typeof payload.primary !== 'string') {
    throw malformed('signature.key and payload.primary are identifiers')
  }
  if (signature.key !== payload.primary) {
    throw new IdentityError('key_mismatch', 'signature.key is not payload.primary')
  }
  if (signature.alg !== ED25519_ALGORITHM || !payload.primary.startsWith('ed25519:')) {
    throw new IdentityError('unsupported_algorithm', `only ${ED25519_ALGORITHM} by an ed25519 primary is accepted`)
  }
  const { primary } = payload
  if (!isPrimaryId(primary)) throw malformed('a primary is ed25519: and 64 lower-case hex digits')
  if (!isHex(signature.sig, 64)) throw malformed('signature.sig is 128 lower-case hex digits')
  checkSignature(signature.sig, jcsBytes(payload, { maxBytes: MAX_SIGNED_BYTES }), primary)
  return { ...payload, type: kind.type, version: kind.version, primary }
}

/**
 * Believes `sig` (128 hex digits) over `message` by `primary`, or throws.
 * @throws IdentityError `malformed`, `weak_key`, `invalid_signature`
 */
export const checkSignature = (sig: string, message: Uint8Array, primary: PrimaryId): void => {
  const publicKey = publicKeyOf(primary)
  if (verifyEd25519(fromHex(sig, 64), message, publicKey)) return
  if (!isSoundPublicKey(publicKey)) throw new IdentityError('weak_key', 'the signing key is not a sound Ed25519 key')
  throw new IdentityError('invalid_signature', 'the signature does not match')
}

/**
 * `"sha256:" + hex(SHA-256(JCS(envelope)))`: how a sigchain event names the one before it (protocol §1).
 * @throws IdentityError `malformed`, `too_large`
 */
export const envelopeHash = (envelope: unknown): string => `sha256:${toHex(sha256(jcsBytes(envelope)))}`
