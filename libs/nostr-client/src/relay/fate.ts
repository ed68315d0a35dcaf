/** What became of one event at one relay. */
export interface RelayFate {
  /** Normalised URL. */
  readonly relay: string
  /**
   * `pending` until the relay answers; `unreachable` = it never left this machine. A `timeout` or `unreachable` may
   * still become `accepted` or `refused` when the answer comes late; nothing changes an `accepted`.
   */
  readonly state: 'pending' | 'accepted' | 'refused' | 'timeout' | 'unreachable'
  /** Unix milliseconds of the last change. */
  readonly at: number
  /** The relay's own words, or why it was not reached; at most 300 characters. */
  readonly reason?: string
}

/** Whether `next` tells more than `before`: an accepted event stays accepted, a refused one a late silence does not change. */
export const supersedes = (next: RelayFate, before: RelayFate | undefined): boolean => {
  if (before === undefined || before.state === 'pending') return true
  if (before.state === 'accepted') return false
  if (next.state === 'accepted') return true
  return before.state !== 'refused' || next.state === 'refused'
}
