/**
 * What can be wrong with an nkey, a JWT, a sealed box or a nonce signature.
 * - `too_large`: longer than its limit; nothing was parsed
 * - `malformed`: not the alphabet, length or shape it must have
 * - `bad_checksum`: an nkey whose CRC-16 does not fit (a typing mistake)
 * - `wrong_kind`: a sound nkey of another kind than wanted
 * - `weak_key`: a public key that is not canonical or of small order
 * - `unsupported_algorithm`: a JWT that is not `ed25519-nkey`
 * - `invalid_signature`: does not verify under the key it names
 * - `wrong_type`: claims of another type or version
 * - `wrong_issuer`, `wrong_audience`, `wrong_subject`: sound claims made by, for or about somebody else
 * - `expired`, `not_yet_valid`: outside the time the claims state
 * - `not_sealed`: no `xkv1` box; `not_for_us`: a box that does not open with this pair of keys
 */
export type NatsJwtErrorCode =
  | 'too_large'
  | 'malformed'
  | 'bad_checksum'
  | 'wrong_kind'
  | 'weak_key'
  | 'unsupported_algorithm'
  | 'invalid_signature'
  | 'wrong_type'
  | 'wrong_issuer'
  | 'wrong_audience'
  | 'wrong_subject'
  | 'expired'
  | 'not_yet_valid'
  | 'not_sealed'
  | 'not_for_us'

/** The only error this library throws on bad input. `message` never repeats the input; `code` is the API. */
export class NatsJwtError extends Error {
  override readonly name = 'NatsJwtError'
  readonly code: NatsJwtErrorCode

  constructor(code: NatsJwtErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
