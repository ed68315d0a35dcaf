import type { HttpGet } from '../http/http-get.ts'
import type { ProofSettings } from '../settings.ts'

export interface ChannelContext {
  readonly settings: ProofSettings
  readonly http: HttpGet
  readonly signal: AbortSignal
}

/** A text that may be or hold proofs. */
export interface Found {
  readonly text: string
  /** Where it stands, for people. */
  readonly place: string
  /** The place is for proofs alone, so a text without one is a mistake and not somebody's prose. */
  readonly dedicated: boolean
}

/**
 * Looks where the owner of a subject, and nobody else, could have put a proof; the likeliest place first, so that the
 * search can end early.
 * @param value of the subject, normalised
 * @throws ProofFailure when a place cannot be looked at or does not exist
 */
export type Channel = (value: string, context: ChannelContext) => AsyncIterable<Found>
