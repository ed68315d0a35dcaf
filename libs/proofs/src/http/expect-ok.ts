import { ProofFailure } from '../result.ts'
import type { HttpAnswer } from './http-get.ts'

const LONGEST_WAIT = 24 * 60 * 60

const seconds = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined

/** A time of reset is in unix seconds, or a date where Mastodon writes it. */
const fromNow = (text: string | undefined): number | undefined => {
  const reset = seconds(text) ?? Date.parse(text ?? '') / 1000
  return Number.isNaN(reset) ? undefined : Math.max(0, Math.ceil(reset - Date.now() / 1000))
}

/** Seconds until a service answers again, at most a day: `Retry-After`, else the time at which its limit is reset. */
const retryAfter = ({ header }: HttpAnswer): number | undefined => {
  const wait =
    seconds(header('retry-after')) ?? fromNow(header('x-ratelimit-reset')) ?? fromNow(header('ratelimit-reset'))
  return wait === undefined ? undefined : Math.min(wait, LONGEST_WAIT)
}

const says = ({ body }: HttpAnswer, words: RegExp): boolean =>
  words.test(new TextDecoder().decode(body.subarray(0, 2048)))

// GitHub says 403 for both of its limits: with nothing left, with a time to wait, or in words alone.
const isLimited = (answer: HttpAnswer): boolean =>
  answer.status === 429 ||
  (answer.status === 403 &&
    (answer.header('x-ratelimit-remaining') === '0' ||
      answer.header('retry-after') !== undefined ||
      says(answer, /rate limit/i)))

/**
 * Lets an answer with a body pass and names every other one.
 * @param missing what a 404 means here
 * @throws ProofFailure `not_found`, `rate_limited`, `unreachable`
 */
export const expectOk = (answer: HttpAnswer, missing: string): void => {
  const { status } = answer
  if (status === 200) return
  const { host } = new URL(answer.url)
  if (status === 404 || status === 410) throw new ProofFailure('not_found', missing)
  if (isLimited(answer))
    throw new ProofFailure('rate_limited', `${host} answers no more requests for now`, {
      retryAfter: retryAfter(answer),
    })
  throw new ProofFailure('unreachable', `${host} answers with status ${status}`)
}
