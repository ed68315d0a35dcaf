import type { PushFailure } from '@kez-chat/contracts'

/** What a push service answered, or why it did not. */
export type Answer =
  | { kind: 'answer'; status: number; retryAfter: string | undefined; body: string }
  | { kind: 'none'; why: 'no_answer' | 'unreachable' | 'not_allowed' }

export type Outcome =
  | { kind: 'delivered'; status: number }
  /** The subscription is no more. */
  | { kind: 'gone'; reason: PushFailure; status: number }
  /** Trying again the same way would go the same way. */
  | { kind: 'failed'; reason: PushFailure; status: number | undefined }
  /** It may go better later; `retryAfter` is what the push service asks for, seconds. */
  | { kind: 'retry'; reason: PushFailure; status: number | undefined; retryAfter: number | undefined }

const longestRetryAfter = 24 * 3_600

/** `Retry-After` as whole seconds or as a date (RFC 9110), at most a day. */
export const retryAfterOf = (text: string | undefined, now: number): number | undefined => {
  if (text === undefined) return undefined
  const seconds = /^\d{1,10}$/.test(text) ? Number(text) : Math.ceil((Date.parse(text) - now) / 1_000)
  return Number.isNaN(seconds) ? undefined : Math.min(longestRetryAfter, Math.max(0, seconds))
}

/** Apple's words are codes in JSON; Google's and Mozilla's are prose. */
const refusalReason = (status: number, body: string): PushFailure => {
  if (/VapidPkHashMismatch|do not correspond to the credentials used|key mismatch/i.test(body)) return 'key_mismatch'
  if (/BadJwtToken|invalid.{0,20}\bsub\b|\bsubject\b/i.test(body)) return 'bad_subject'
  return status === 401 || status === 403 ? 'not_authorised' : 'refused'
}

/** Judges an answer to a push (RFC 8030 §5, and what the large push services say in its words). */
export const judge = (answer: Answer, now: number): Outcome => {
  if (answer.kind === 'none')
    return answer.why === 'not_allowed'
      ? { kind: 'failed', reason: answer.why, status: undefined }
      : { kind: 'retry', reason: answer.why, status: undefined, retryAfter: undefined }
  const { status, body } = answer
  if (status >= 200 && status < 300) return { kind: 'delivered', status }
  if (status === 404 || status === 410) return { kind: 'gone', reason: 'gone', status }
  if (status === 413) return { kind: 'failed', reason: 'too_large', status }
  const retryAfter = retryAfterOf(answer.retryAfter, now)
  if (status === 429) return { kind: 'retry', reason: 'rate_limited', status, retryAfter }
  if (status === 408 || status >= 500) return { kind: 'retry', reason: 'service_error', status, retryAfter }
  return { kind: 'failed', reason: refusalReason(status, body), status }
}

const firstPause = 5_000
const longestPause = 3_600_000

/** ms until attempt `attempt + 1`: what the push service asks for, or twice as long each time, with jitter. */
export const pauseAfter = (attempt: number, retryAfter: number | undefined, random = Math.random()): number => {
  const grown = Math.min(longestPause, firstPause * 2 ** Math.min(attempt - 1, 20)) * (0.5 + random / 2)
  // Spread a little, so that not everybody who was sent away comes back in the same second.
  return retryAfter === undefined ? grown : Math.max(retryAfter * 1_000 * (1 + random / 10), 1_000)
}
