/**
 * Why somebody is not let in, as the broker's log and the metrics name it. The client is told nothing but that it is not
 * let in: that is how NATS works.
 */
export type RefusalReason =
  | 'no_nkey'
  | 'bad_nonce'
  | 'bad_nonce_signature'
  | 'no_token'
  | 'malformed_token'
  | 'stale_token'
  | 'bad_token_signature'
  | 'no_reply_name'
  | 'unknown_identity'
  | 'identity_rotated'
  | 'identity_revoked'
  | 'handle_barred'
  | 'too_many_logins'

/** Well-formed credentials that are not good enough. `message` is for the operator and holds nothing of the person. */
export class LoginRefused extends Error {
  override readonly name = 'LoginRefused'
  readonly reason: RefusalReason

  constructor(reason: RefusalReason, message: string, options?: ErrorOptions) {
    super(`${reason}: ${message}`, options)
    this.reason = reason
  }
}
