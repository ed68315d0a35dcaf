/** What can be wrong with a sealed message, a body, an acknowledgement, a nostr event or a part of a file. */
export type MessageErrorCode =
  | 'malformed'
  | 'too_large'
  | 'unknown_version'
  | 'weak_key'
  | 'undecryptable'
  | 'bad_padding'
  | 'not_canonical'
  | 'wrong_sender'
  | 'wrong_recipient'
  | 'invalid_signature'
  | 'wrong_carrier'
  | 'too_old'
  | 'too_new'
  | 'expired'
  | 'wrong_id'
  | 'wrong_kind'
  | 'wrong_event'
  | 'unsigned'
  | 'migration_over'
  | 'file_conflict'
  | 'no_room'

/** The only error this library throws on bad input. `message` is English prose for people; `code` is the API. */
export class MessageError extends Error {
  override readonly name = 'MessageError'
  readonly code: MessageErrorCode

  constructor(code: MessageErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
