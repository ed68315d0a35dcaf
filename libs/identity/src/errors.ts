/**
 * What can be wrong with an identity document, a key, a handle, a signed request or a recovery phrase.
 * The names that also occur on the wire are the stable codes of protocol §2; `expired`, `unavailable` and the `phrase_*`
 * codes stay on the device.
 */
export type IdentityErrorCode =
  | 'malformed'
  | 'too_large'
  | 'wrong_type'
  | 'unknown_version'
  | 'key_mismatch'
  | 'unsupported_algorithm'
  | 'weak_key'
  | 'invalid_signature'
  | 'wrong_server'
  | 'handle_invalid'
  | 'handle_reserved'
  | 'stale_timestamp'
  | 'stale_auth'
  | 'unauthorized'
  | 'invalid'
  | 'expired'
  | 'chain_conflict'
  | 'identity_ended'
  | 'unavailable'
  | 'phrase_word_count'
  | 'phrase_unknown_word'
  | 'phrase_checksum'

/** Facts a user interface can use to phrase its own message, for instance `{ position: 3, suggestion: 'zoo' }`. */
export type IdentityErrorDetails = Readonly<Record<string, string | number>>

/** The only error this library throws on bad input. `message` is English prose for people; `code` is the API. */
export class IdentityError extends Error {
  override readonly name = 'IdentityError'
  readonly code: IdentityErrorCode
  readonly details: IdentityErrorDetails

  constructor(code: IdentityErrorCode, message: string, details: IdentityErrorDetails = {}, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.details = details
  }
}
