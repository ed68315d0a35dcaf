import { NatsJwtError } from './errors.ts'
import { encodeJwt } from './jwt.ts'
import { decodePublicNkey } from './nkey-text.ts'
import type { NkeySigner } from './signer.ts'

export type AuthResponse = {
  /** The request's `user_nkey`. */
  readonly user: string
  /** The request's `server_id.id`. */
  readonly server: string
  /** The clock, unix milliseconds. */
  readonly now: number
  /** The user JWT that lets the client in, or why it stays out (the server logs it; the client is not told). */
  readonly outcome: { readonly jwt: string } | { readonly error: string }
}

/**
 * The answer to an authorization request, signed by the account of the callout.
 * @throws NatsJwtError `wrong_kind` when the signer is no account; `malformed`, `bad_checksum`, `wrong_kind` for the
 * nkeys; `malformed` for an empty JWT or error
 */
export const encodeAuthResponse = (response: AuthResponse, account: NkeySigner): string => {
  const { user, server, now, outcome } = response
  if (account.kind !== 'account') throw new NatsJwtError('wrong_kind', 'only an account answers a request')
  decodePublicNkey(user, 'user')
  decodePublicNkey(server, 'server')
  const answer = 'jwt' in outcome ? { jwt: outcome.jwt } : { error: outcome.error }
  if (Object.values(answer).includes('')) throw new NatsJwtError('malformed', 'an answer has a JWT or an error')
  const nats = { ...answer, type: 'authorization_response', version: 2 }
  return encodeJwt({ sub: user, aud: server, iat: Math.floor(now / 1000), nats }, account)
}
