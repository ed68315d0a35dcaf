import {
  formatIdentifier,
  formatTimestamp,
  type Identifier,
  IdentityError,
  normaliseAnyPrimary,
  normaliseIdentifier,
  parseIdentifier,
  type VerifiedClaim,
} from '@kez-chat/identity'
import { createHttpGet } from '#http'
import { channels } from './channels/channels.ts'
import { checkChain, judge, type Question } from './judge.ts'
import { type FailedProof, moreTelling, ProofFailure, type ProofResult, type VerifiedProof } from './result.ts'
import { defaultProofSettings, type ProofSettings } from './settings.ts'

/** Texts that seem to hold a proof and are therefore read; each may cost some milliseconds. */
const MAX_TEXTS = 16

const seemsToHoldProof = (text: string): boolean => /kez:z|[`~]{3}[ \t]*kez|"kez"/.test(text)

export interface ProofQuestion {
  /** Whose place it is, e.g. `github:alice`, as a person types it. */
  readonly subject: string
  /** The key that must have claimed it; without one, the first claim that holds tells whose it is. */
  readonly primary?: string
  /** The validated sigchain of `primary`, for what it took back; without it nothing counts as revoked. */
  readonly chain?: Question['chain']
  readonly settings?: ProofSettings
  /** Unix milliseconds; default the clock. */
  readonly now?: number
  readonly signal?: AbortSignal
}

const asFailure = (error: unknown): ProofFailure => {
  if (error instanceof ProofFailure) return error
  if (error instanceof IdentityError) return new ProofFailure('malformed', error.message, { cause: error })
  throw error
}

const verified = (place: string, claim: VerifiedClaim): VerifiedProof => ({
  status: 'verified',
  subject: claim.subject,
  primary: claim.primary,
  place,
  createdAt: formatTimestamp(claim.createdAt),
  ...(claim.expiresAt === undefined ? {} : { expiresAt: formatTimestamp(claim.expiresAt) }),
})

const search = async (
  { system, value }: Identifier,
  question: Question,
  asked: ProofQuestion,
): Promise<VerifiedProof> => {
  const channel = channels.get(system)
  if (channel === undefined) throw new ProofFailure('unsupported', `${system}: subjects cannot be verified`)
  checkChain(question)
  const settings = asked.settings ?? defaultProofSettings
  const total = AbortSignal.timeout(settings.totalMs)
  const signal = asked.signal ? AbortSignal.any([asked.signal, total]) : total
  let failure: ProofFailure | undefined
  try {
    let looked = 0
    for await (const found of channel(value, { settings, http: createHttpGet(settings), signal })) {
      if (!found.dedicated && !seemsToHoldProof(found.text)) continue
      if (++looked > MAX_TEXTS) break
      const outcome = await judge(found, question)
      if (outcome instanceof ProofFailure) failure = moreTelling(failure, outcome)
      else if (outcome !== undefined) return verified(found.place, outcome)
    }
  } catch (error) {
    failure = moreTelling(failure, asFailure(error))
  }
  throw failure ?? new ProofFailure('not_found', `there is no claim in any place of ${question.subject}`)
}

/**
 * Looks for the claim of `primary` in the places that `subject` names, and checks it (protocol §1, proof places).
 * Never throws on what people or services say: everything that can be wrong is a reason. Takes at most
 * `settings.totalMs`; repeats nothing, so that the caller decides when to ask again.
 */
export const verifyProof = async (asked: ProofQuestion): Promise<ProofResult> => {
  let named: Pick<FailedProof, 'subject' | 'primary'> = {
    subject: asked.subject,
    ...(asked.primary === undefined ? {} : { primary: asked.primary }),
  }
  try {
    const identifier = parseIdentifier(normaliseIdentifier(asked.subject))
    const question = {
      subject: formatIdentifier(identifier),
      ...(asked.primary === undefined ? {} : { primary: normaliseAnyPrimary(asked.primary) }),
      now: asked.now ?? Date.now(),
      ...(asked.chain ? { chain: asked.chain } : {}),
    }
    named = { subject: question.subject, ...(question.primary === undefined ? {} : { primary: question.primary }) }
    return await search(identifier, question, asked)
  } catch (error) {
    const { reason, message: detail, retryAfter } = asFailure(error)
    return { status: 'failed', ...named, reason, detail, ...(retryAfter === undefined ? {} : { retryAfter }) }
  }
}
