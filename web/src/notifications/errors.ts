export type NotificationsErrorCode =
  /** The person, or a setting, said no. */
  | 'denied'
  /** The browser's question was closed without an answer. */
  | 'undecided'
  /** The browser runs no worker here, as in a private window. */
  | 'no_worker'
  /** The browser's push service gave no subscription. */
  | 'push_service'

export class NotificationsError extends Error {
  override readonly name = 'NotificationsError'
  readonly code: NotificationsErrorCode

  constructor(code: NotificationsErrorCode, options?: ErrorOptions) {
    super(code, options)
    this.code = code
  }
}
