import { readClaim, signEnvelope, verifyClaim } from '../../src/index.ts'
import { at, base, claim, key } from './fixtures.ts'
import type { Refusal } from './refusal.ts'

const claimFields = { ...base, type: 'kez.claim', subject: 'github:alice' }
const signedClaim = (fields: object) => signEnvelope('claim', { ...claimFields, ...fields }, key)

/** Claims. */
export const claimsRefusals: readonly Refusal[] = [
  [
    () => readClaim(signedClaim({ note: 1 })),
    'malformed',
    'a claim is { type, version, subject, primary, created_at, expires_at? }',
  ],
  [() => readClaim(signedClaim({ expires_at: 1 })), 'malformed', 'expires_at is a time'],
  [
    () => readClaim(signedClaim({ expires_at: base.created_at })),
    'invalid',
    'the claim would expire before it was made',
  ],
  [() => readClaim(signedClaim({ subject: key.primary })), 'invalid', 'a claim about its own key says nothing'],
  [() => verifyClaim(claim, at - 3_600_000), 'stale_timestamp', 'the claim is dated in the future'],
  [() => verifyClaim(claim, at + 60_000), 'expired', 'the claim expired at 2026-05-25T03:01:00Z'],
]
