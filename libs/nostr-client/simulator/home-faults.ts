/** What can go wrong at a home server. Shares are from 0 (never) to 1 (always). */
export interface HomeFaults {
  /** Nobody gets an answer, and no inbox stays open. */
  readonly down?: boolean
  /** Posts answered with 503, with 429, with 507. */
  readonly unavailable?: number
  readonly limited?: number
  readonly full?: number
  /** Posts that never arrive. */
  readonly lost?: number
  /** Posts that are kept, with an answer that never arrives. */
  readonly answerLost?: number
  /** Milliseconds each way takes, at least and at most. */
  readonly delay?: readonly [least: number, most: number]
  /** Inbox messages after which the connection ends. */
  readonly cut?: number
}
