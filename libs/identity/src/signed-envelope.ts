import { sha256Hex } from '#sha256'
import { algorithmOf, checkAnySignature, ED25519_ALGORITHM } from './algorithm.ts'
import { type AnyPrimary, isAnyPrimary } from './any-primary.ts'
import { utf8 } from './bytes.ts'
import { IdentityError } from './errors.ts'
import { isHex, toHex } from './hex.ts'
import { jcs } from './jcs.ts'
import { isPrimaryId, type PrimaryId } from './primary-id.ts'
import { hasExactly, isRecord, type JsonRecord } from './record.ts'
import type { Signer } from './signing-key.ts'

/** Longest JCS of a payload that is signed or verified, in bytes. */
export const MAX_SIGNED_BYTES = 64 * 1024

/** What every signed payload carries. */
export interface SignedPayload<Primary extends AnyPrimary = PrimaryId> {
  readonly type: string
  readonly version: number
  readonly primary: Primary
}

/** A KEZ signature envelope (protocol §1): `signature.key` equals `payload.primary`, `sig` is 128 hex digits. */
export interface SignedEnvelope<Payload extends SignedPayload<AnyPrimary> = SignedPayload> {
  readonly kez: string
  readonly payload: Payload
  readonly signature: { readonly alg: string; readonly key: Payload['primary']; readonly sig: string }
}

/** Which document is expected: the envelope's tag, and type and version in the payload. */
export interface DocumentKind {
  readonly kez: string
  readonly type: string
  readonly version: number
}

/** An envelope whose signature is believed. */
export interface OpenedEnvelope<Primary extends AnyPrimary> {
  /** Of which only `type`, `version` and `primary` have been looked at. */
  readonly payload: JsonRecord & SignedPayload<Primary>
  /** JCS of the whole envelope. */
  readonly canonical: string
}

const malformed = (message: string): IdentityError => new IdentityError('malformed', message)
const canonicalPayload = (payload: unknown): string => jcs(payload, { maxBytes: MAX_SIGNED_BYTES })

/**
 * Signs `payload`, whose `primary` must be the key's own.
 * @throws IdentityError `key_mismatch`, `malformed`, `too_large`
 */
export const signEnvelope = <Payload extends SignedPayload<AnyPrimary>>(
  kez: string,
  payload: Payload,
  key: Signer<Payload['primary']>,
): SignedEnvelope<Payload> => {
  if (payload.primary !== key.primary) throw new IdentityError('key_mismatch', 'the payload names another primary')
  const sig = toHex(key.sign(utf8(canonicalPayload(payload))))
  return { kez, payload, signature: { alg: algorithmOf(key.primary), key: key.primary, sig } }
}

/** Everything up to the question which kinds of primary are accepted, which is for `accept` to answer. */
const open = <Primary extends AnyPrimary>(
  value: unknown,
  kind: DocumentKind,
  accept: (primary: string, alg: unknown) => Primary,
): OpenedEnvelope<Primary> => {
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
  const primary = accept(payload.primary, signature.alg)
  const { sig } = signature
  if (!isHex(sig, 64)) throw malformed('signature.sig is 128 lower-case hex digits')
  const text = canonicalPayload(payload)
  checkAnySignature(sig, utf8(text), primary)
  return {
    payload: { ...payload, type: kind.type, version: kind.version, primary },
    // Tag, algorithm, key and signature are known by now to be text that JSON repeats as it is.
    canonical: `{"kez":"${kind.kez}","payload":${text},"signature":{"alg":"${algorithmOf(primary)}","key":"${primary}","sig":"${sig}"}}`,
  }
}

const acceptEd25519 = (primary: string, alg: unknown): PrimaryId => {
  if (alg !== ED25519_ALGORITHM || !primary.startsWith('ed25519:')) {
    throw new IdentityError('unsupported_algorithm', `only ${ED25519_ALGORITHM} by an ed25519 primary is accepted`)
  }
  if (!isPrimaryId(primary)) throw malformed('a primary is ed25519: and 64 lower-case hex digits')
  return primary
}

const acceptAny = (primary: string, alg: unknown): AnyPrimary => {
  if (!/^(?:ed25519|nostr):/.test(primary)) {
    throw new IdentityError('unsupported_algorithm', 'only ed25519 and nostr primaries are accepted')
  }
  if (!isAnyPrimary(primary)) {
    throw malformed('a primary is ed25519: and 64 lower-case hex digits, or nostr: and an npub')
  }
  if (alg !== algorithmOf(primary)) {
    throw new IdentityError('unsupported_algorithm', `this primary signs with ${algorithmOf(primary)} only`)
  }
  return primary
}

/**
 * Verifies an envelope of chat, in the order of protocol §2, each failure with its own code: shape and tag, type and
 * version, `signature.key` = `payload.primary`, Ed25519 only, signature by a sound key.
 * @returns the payload, of which only `type`, `version` and `primary` have been looked at
 * @throws IdentityError `malformed`, `wrong_type`, `unknown_version`, `key_mismatch`, `unsupported_algorithm`,
 *   `too_large`, `weak_key`, `invalid_signature`
 */
export const verifyEnvelope = (value: unknown, kind: DocumentKind): JsonRecord & SignedPayload =>
  open(value, kind, acceptEd25519).payload

/**
 * Verifies an envelope by a primary of either kind (protocol §1), in the same order.
 * @throws IdentityError as `verifyEnvelope`
 */
export const openEnvelope = (value: unknown, kind: DocumentKind): OpenedEnvelope<AnyPrimary> =>
  open(value, kind, acceptAny)

/** `envelopeHash` of an envelope whose JCS is at hand. */
export const canonicalHash = (canonical: string): string => `sha256:${sha256Hex(canonical)}`

/**
 * `"sha256:" + hex(SHA-256(JCS(envelope)))`: how a sigchain event names the one before it (protocol §1).
 * @throws IdentityError `malformed`, `too_large`
 */
export const envelopeHash = (envelope: unknown): string => canonicalHash(jcs(envelope))
