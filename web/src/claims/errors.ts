import { ApiError, NetworkError } from '@kez-chat/client'
import { IdentityError } from '@kez-chat/identity'

export type ClaimProblem =
  | 'offline'
  /** The home server does not show the history that this device knows. */
  | 'history'
  /** The key was replaced or has ended. */
  | 'ended'
  /** The home server does not take it. */
  | 'refused'

export class ClaimError extends Error {
  override readonly name = 'ClaimError'
  readonly problem: ClaimProblem

  constructor(problem: ClaimProblem) {
    super(`a claim: ${problem}`)
    this.problem = problem
  }
}

/** What stopped something about a claim. */
export const problemOf = (error: unknown): ClaimProblem => {
  if (error instanceof ClaimError) return error.problem
  if (error instanceof NetworkError) return 'offline'
  const ended = (error instanceof IdentityError || error instanceof ApiError) && error.code === 'identity_ended'
  return ended ? 'ended' : 'refused'
}
