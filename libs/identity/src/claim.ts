import type { AnyPrimary } from './any-primary.ts'
import { IdentityError } from './errors.ts'
import { formatIdentifier, normaliseIdentifier, parseIdentifier } from './identifier.ts'
import { hasExactly, type JsonRecord } from './record.ts'
import {
  type DocumentKind,
  openEnvelope,
  type SignedEnvelope,
  type SignedPayload,
  signEnvelope,
} from './signed-envelope.ts'
import type { Signer } from './signing-key.ts'
import { formatShortTimestamp, parseTimestamp } from './timestamp.ts'

const KIND: DocumentKind = { kez: 'claim', type: 'kez.claim', version: 1 }

/** How far ahead of the reader's clock the date of a claim or a sigchain event may be, in milliseconds. */
export const CLOCK_SKEW_MS = 5 * 60_000

/** What a key says of itself: that it also is `subject` (protocol §1). */
export interface ClaimPayload extends SignedPayload<AnyPrimary> {
  readonly subject: string
  /** RFC 3339, UTC. */
  readonly created_at: string
  readonly expires_at?: string
}

/** A signed claim: what is published at the place that `subject` names. */
export type Claim = SignedEnvelope<ClaimPayload>

/** A claim whose signature is believed. */
export interface VerifiedClaim {
  /** In its normal form, whatever its spelling in the document. */
  readonly subject: string
  readonly primary: AnyPrimary
  /** Unix milliseconds. */
  readonly createdAt: number
  /** Unix milliseconds; without it the claim holds until it is revoked. */
  readonly expiresAt?: number
}

const checkTimes = (createdAt: number, expiresAt: number | undefined): void => {
  if (expiresAt !== undefined && expiresAt <= createdAt) {
    throw new IdentityError('invalid', 'the claim would expire before it was made')
  }
}

const checkSubject = (subject: string, primary: AnyPrimary): void => {
  if (subject === primary) throw new IdentityError('invalid', 'a claim about its own key says nothing')
}

/**
 * A claim that `key` is also `subject`.
 * @param wish.subject as a person types it; it is signed in its normal form
 * @param wish.createdAt unix milliseconds, as is `expiresAt`
 * @throws IdentityError `malformed` (no identifier), `invalid` (about the key itself, or expired when made)
 */
export const createClaim = (
  wish: { readonly subject: string; readonly createdAt: number; readonly expiresAt?: number },
  key: Signer,
): Claim => {
  const subject = normaliseIdentifier(wish.subject)
  checkSubject(subject, key.primary)
  checkTimes(wish.createdAt, wish.expiresAt)
  const payload: ClaimPayload = {
    type: KIND.type,
    version: KIND.version,
    subject,
    primary: key.primary,
    created_at: formatShortTimestamp(wish.createdAt),
    ...(wish.expiresAt === undefined ? {} : { expires_at: formatShortTimestamp(wish.expiresAt) }),
  }
  return signEnvelope(KIND.kez, payload, key)
}

const expiry = (payload: JsonRecord): { expiresAt?: number } => {
  if (!Object.hasOwn(payload, 'expires_at')) return {}
  if (typeof payload.expires_at !== 'string') throw new IdentityError('malformed', 'expires_at is a time')
  return { expiresAt: parseTimestamp(payload.expires_at) }
}

/**
 * Checks shape and signature of a claim, whatever the time: for claims inside a sigchain, and to show an old one.
 * @throws IdentityError `malformed`, `wrong_type`, `unknown_version`, `key_mismatch`, `unsupported_algorithm`,
 *   `too_large`, `weak_key`, `invalid_signature`, `invalid`
 */
export const readClaim = (value: unknown): VerifiedClaim => {
  const { payload } = openEnvelope(value, KIND)
  const { primary, subject: spelled, created_at: created } = payload
  if (
    !hasExactly(payload, ['type', 'version', 'subject', 'primary', 'created_at'], ['expires_at']) ||
    typeof spelled !== 'string' ||
    typeof created !== 'string'
  ) {
    throw new IdentityError('malformed', 'a claim is { type, version, subject, primary, created_at, expires_at? }')
  }
  const subject = formatIdentifier(parseIdentifier(spelled))
  checkSubject(subject, primary)
  const claim = { subject, primary, createdAt: parseTimestamp(created), ...expiry(payload) }
  checkTimes(claim.createdAt, claim.expiresAt)
  return claim
}

/**
 * Checks a claim at the time `now` (unix milliseconds): shape, signature, not from the future, not expired.
 * Whether it was revoked, only the sigchain of its primary tells.
 * @throws IdentityError as `readClaim`, and `stale_timestamp`, `expired`
 */
export const verifyClaim = (value: unknown, now: number): VerifiedClaim => {
  const claim = readClaim(value)
  if (claim.createdAt > now + CLOCK_SKEW_MS) {
    throw new IdentityError('stale_timestamp', 'the claim is dated in the future')
  }
  if (claim.expiresAt !== undefined && claim.expiresAt <= now) {
    throw new IdentityError('expired', `the claim expired at ${formatShortTimestamp(claim.expiresAt)}`)
  }
  return claim
}
