/** Why a proof does not stand. The reasons are stable: interfaces phrase their own words from them. */
export type FailureReason =
  /** The place was looked at and holds no proof, or the account does not exist. */
  | 'not_found'
  /** A claim is there, for another subject. */
  | 'subject_mismatch'
  /** A claim is there, by another primary. */
  | 'primary_mismatch'
  | 'bad_signature'
  | 'expired'
  /** The signer took it back in their sigchain. */
  | 'revoked'
  /** The service refused to answer for now; see `retryAfter`. */
  | 'rate_limited'
  | 'unreachable'
  /** Something is there that is meant as a proof and cannot be read. */
  | 'malformed'
  /** Nobody can verify subjects, keys or algorithms of this kind yet. */
  | 'unsupported'

export interface VerifiedProof {
  readonly status: 'verified'
  readonly subject: string
  readonly primary: string
  /** Where the claim stands, for people to look themselves: a URL, or `TXT _kez.<domain>`. */
  readonly place: string
  /** Times of the claim, RFC 3339. */
  readonly createdAt: string
  readonly expiresAt?: string
}

export interface FailedProof {
  readonly status: 'failed'
  readonly subject: string
  /** Absent when none was asked for. */
  readonly primary?: string
  readonly reason: FailureReason
  /** English prose for people; names places and hosts, never secrets. */
  readonly detail: string
  /** Seconds until the service will answer again, when it said so. */
  readonly retryAfter?: number
}

export type ProofResult = VerifiedProof | FailedProof

/** Ends the search in one place; never leaves the library: it becomes a `FailedProof`. */
export class ProofFailure extends Error {
  override readonly name = 'ProofFailure'
  readonly reason: FailureReason
  readonly retryAfter: number | undefined

  constructor(reason: FailureReason, detail: string, options: ErrorOptions & { retryAfter?: number | undefined } = {}) {
    super(detail, options)
    this.reason = reason
    this.retryAfter = options.retryAfter
  }
}

/** The further a document got through the checks, the more it explains; what was found explains more than what was not. */
const explains: Record<FailureReason, number> = {
  not_found: 0,
  unreachable: 1,
  rate_limited: 2,
  malformed: 3,
  unsupported: 4,
  bad_signature: 5,
  subject_mismatch: 6,
  primary_mismatch: 7,
  expired: 8,
  revoked: 9,
}

/** Of two failures the one to report. */
export const moreTelling = (known: ProofFailure | undefined, next: ProofFailure): ProofFailure =>
  known === undefined || explains[next.reason] > explains[known.reason] ? next : known
