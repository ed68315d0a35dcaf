import { z } from 'zod'
import { Primary, Timestamp } from './primitives.ts'

/** Most proofs of one person. */
export const maxProofs = 64

/** A subject that somebody claims: an identifier like `github:alice` (protocol §1). */
const ProofSubject = z.string().min(3).max(512)

/** What came of looking for a claim where its subject says that it stands. */
const checked = {
  status: z.enum(['verified', 'failed']),
  /** Why it failed; the stable reasons of proof verification, e.g. `not_found`, `expired`. */
  reason: z.string().max(40).optional(),
  /** Where a verified claim stands, for people to look themselves. */
  place: z.string().max(1_000).optional(),
  checked_at: Timestamp,
}

export const ProofCheck = z.object({ subject: ProofSubject, ...checked })
export type ProofCheck = z.infer<typeof ProofCheck>

/** Value of the KV bucket `proof-checks`, under the hex of the primary; it is forgotten after 24 h. */
export const ProofChecks = z.object({ primary: Primary, checks: z.array(ProofCheck).max(maxProofs) })
export type ProofChecks = z.infer<typeof ProofChecks>

/** How long a check is shown before the proof is looked at again, ms. */
export const proofChecksKeptFor = 24 * 3_600_000

/** A proof as lookups show it; `pending` until it has been looked for. */
export const Proof = ProofCheck.extend({
  status: z.enum(['verified', 'failed', 'pending']),
  checked_at: Timestamp.optional().describe('When it was last looked for; a check is kept for 24 h'),
})
export type Proof = z.infer<typeof Proof>
