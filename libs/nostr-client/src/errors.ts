/** Why something could not be sent or asked for. The code is the API. */
export type TransportErrorCode =
  /** No relay, or no home server, to send to. */
  | 'no_route'
  /** Nothing accepted it, though it may be accepted later: unreachable, timed out, asked to wait. */
  | 'not_accepted'
  /** Refused for good: the same bytes would be refused again. */
  | 'refused'
  /** A bound of this library: too many waiting, too many subscriptions. */
  | 'full'
  | 'stopped'

/** `message` is English prose for people; `code` is stable. */
export class TransportError extends Error {
  override readonly name = 'TransportError'
  readonly code: TransportErrorCode
  /** Milliseconds the other side asks to wait before the next attempt. */
  readonly retryAfter: number | undefined

  constructor(code: TransportErrorCode, message: string, options?: ErrorOptions & { retryAfter?: number | undefined }) {
    super(message, options)
    this.code = code
    this.retryAfter = options?.retryAfter
  }
}
