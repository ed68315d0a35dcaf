import { DomainError } from '@kez-chat/contracts'
import {
  type AuthRequest,
  decodeAuthRequest,
  encodeAuthResponse,
  NatsJwtError,
  type NkeySigner,
} from '@kez-chat/nats-jwt'
import type { Admit } from './admit.ts'
import { LoginRefused, type RefusalReason } from './refusal.ts'

/** What came of a request: the answer as a JWT, and what to say about it in logs and metrics. */
export type Answered = { readonly response: string } & (
  | { readonly outcome: 'admitted'; readonly audit: string }
  | { readonly outcome: 'refused'; readonly reason: RefusalReason }
)

export type AnswerOptions = {
  readonly admit: Admit
  /** The server names the one that it believes. */
  readonly issuers: readonly NkeySigner[]
}

/**
 * Answers an authorization request, given as the JWT that the server signed. `checkRequest` throws a NatsJwtError for what
 * only the caller knows, such as the key that it came sealed with.
 * @throws NatsJwtError when it is no request of a server for this callout: such is not answered
 * @throws DomainError `unavailable` when it cannot be decided now: the server may ask somebody else
 */
export const createAnswer = ({ admit, issuers }: AnswerOptions) => {
  const respond = (
    request: AuthRequest,
    issuer: NkeySigner,
    now: number,
    outcome: { jwt: string } | { error: string },
  ): string => encodeAuthResponse({ user: request.user_nkey, server: request.server_id.id, now, outcome }, issuer)

  /** The request, and the issuer that it is about. */
  const decode = (jwt: string, now: number): { request: AuthRequest; issuer: NkeySigner } => {
    let refused: unknown
    for (const issuer of issuers) {
      try {
        return { issuer, request: decodeAuthRequest(jwt, { now, account: issuer.publicKey }) }
      } catch (error) {
        if (!(error instanceof NatsJwtError && error.code === 'wrong_subject')) throw error
        refused = error
      }
    }
    throw refused
  }

  return async (jwt: string, now: number, checkRequest: (request: AuthRequest) => void): Promise<Answered> => {
    const { request, issuer } = decode(jwt, now)
    checkRequest(request)
    try {
      const { jwt: user, audit } = await admit(request, issuer, now)
      return { outcome: 'admitted', audit, response: respond(request, issuer, now, { jwt: user }) }
    } catch (error) {
      if (!(error instanceof LoginRefused)) throw error
      const { reason, message } = error
      return { outcome: 'refused', reason, response: respond(request, issuer, now, { error: message }) }
    }
  }
}

export type Answer = ReturnType<typeof createAnswer>

/** Whether a failure means that nothing can be decided now, which is nobody's fault who asks. */
export const isUnavailable = (error: unknown): boolean => error instanceof DomainError && error.code === 'unavailable'
