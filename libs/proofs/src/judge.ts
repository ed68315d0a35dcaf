import {
  type AnyPrimary,
  type Chain,
  CLOCK_SKEW_MS,
  findProofs,
  formatTimestamp,
  IdentityError,
  type IdentityErrorCode,
  readClaim,
  type VerifiedClaim,
} from '@kez-chat/identity'
import type { Found } from './channels/channel.ts'
import { type FailureReason, moreTelling, ProofFailure } from './result.ts'

export interface Question {
  /** In its normal form. */
  readonly subject: string
  /** The key that must have signed; without one, any key may have. */
  readonly primary?: AnyPrimary
  /** That key's. */
  readonly chain?: Pick<Chain, 'status' | 'subjects'>
  /** Unix milliseconds. */
  readonly now: number
}

const reasons: Partial<Record<IdentityErrorCode, FailureReason>> = {
  invalid_signature: 'bad_signature',
  weak_key: 'bad_signature',
  unsupported_algorithm: 'unsupported',
  unknown_version: 'unsupported',
  unavailable: 'unsupported',
}

const asFailure = (error: unknown, place: string): ProofFailure => {
  if (error instanceof ProofFailure) return error
  if (!(error instanceof IdentityError)) throw error
  const detail = `the claim at ${place} does not hold: ${error.message}`
  return new ProofFailure(reasons[error.code] ?? 'malformed', detail, { cause: error })
}

/**
 * What the sigchain has ended, no place can bring back.
 * @throws ProofFailure `revoked`
 */
export const checkChain = ({ chain, primary, subject }: Question): void => {
  if (chain === undefined || primary === undefined) return
  if (chain.status.kind === 'revoked') throw new ProofFailure('revoked', `${primary} ended itself in its sigchain`)
  if (chain.status.kind === 'rotated')
    throw new ProofFailure('revoked', `${primary} was replaced by ${chain.status.to} in its sigchain`)
  if (chain.subjects.get(subject)?.status === 'revoked')
    throw new ProofFailure('revoked', `${primary} took ${subject} back in its sigchain`)
}

const readOne = (envelope: unknown, place: string, { subject, primary, now }: Question): VerifiedClaim => {
  const claim = readClaim(envelope)
  if (claim.subject !== subject)
    throw new ProofFailure('subject_mismatch', `the claim at ${place} is about ${claim.subject}, not ${subject}`)
  if (primary !== undefined && claim.primary !== primary)
    throw new ProofFailure('primary_mismatch', `the claim at ${place} is by ${claim.primary}, not ${primary}`)
  if (claim.expiresAt !== undefined && claim.expiresAt <= now)
    throw new ProofFailure('expired', `the claim at ${place} expired at ${formatTimestamp(claim.expiresAt)}`)
  if (claim.createdAt > now + CLOCK_SKEW_MS)
    throw new ProofFailure('malformed', `the claim at ${place} is dated in the future`)
  return claim
}

/** What a text amounts to: the claim that is asked for, why it holds none, or undefined when it is somebody's prose. */
export const judge = async (
  { text, place, dedicated }: Found,
  question: Question,
): Promise<VerifiedClaim | ProofFailure | undefined> => {
  let failure: ProofFailure | undefined
  try {
    const { proofs, refused } = await findProofs(text)
    for (const error of refused) failure = moreTelling(failure, asFailure(error, place))
    for (const proof of proofs) {
      if (proof.kind === 'chain') continue
      try {
        return readOne(proof.envelope, place, question)
      } catch (error) {
        failure = moreTelling(failure, asFailure(error, place))
      }
    }
  } catch (error) {
    failure = asFailure(error, place)
  }
  if (failure === undefined && dedicated)
    return new ProofFailure('malformed', `there is no claim in what stands at ${place}`)
  return failure
}
