/** How it stands with one relay, for people to see. */
export interface RelayState {
  /** Normalised URL. */
  readonly url: string
  /** In the own list: read from, and authenticated to when it asks. Others are only written to. */
  readonly own: boolean
  /** `auth_refused` = connected, but the relay does not accept us. */
  readonly phase: 'idle' | 'connecting' | 'live' | 'backing_off' | 'auth_refused' | 'stopped'
  /** Unix milliseconds of the last change of `phase`. */
  readonly since: number
  /** Milliseconds from the last question to its answer. */
  readonly latencyMs?: number
  readonly lastError?: string
  /** The relay's last NOTICE, at most 300 characters. */
  readonly notice?: string
}
