import type { HttpGet } from '../http/http-get.ts'
import type { ProofSettings } from '../settings.ts'
import type { TxtAnswer } from './message.ts'

export interface TxtContext {
  readonly settings: ProofSettings
  readonly http: HttpGet
  readonly signal: AbortSignal
}

/** @throws ProofFailure `unreachable`, `rate_limited`, `malformed` (no DNS name) */
export type LookupTxt = (name: string, context: TxtContext) => Promise<TxtAnswer>
