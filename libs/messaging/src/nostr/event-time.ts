import { MessageError } from '../errors.ts'
import { MAX_MESSAGE_AGE_MS, MAX_MESSAGE_LEAD_MS } from '../freshness.ts'
import type { NostrEvent } from './event.ts'
import { KIND_ACK, KIND_MESSAGE } from './kinds.ts'
import { onlyTag } from './tags.ts'

const SECONDS = /^(?:0|[1-9]\d{0,11})$/

/**
 * When the event expires (NIP-40), in unix milliseconds; undefined when it does not.
 * @throws MessageError `malformed`
 */
export const expiresAt = (event: NostrEvent): number | undefined => {
  const value = onlyTag(event, 'expiration')
  if (value === undefined) return undefined
  if (!SECONDS.test(value)) throw new MessageError('malformed', 'expiration is not a time in unix seconds')
  return Number(value) * 1_000
}

/**
 * Whether an event may still be taken (protocol §4): not expired, and a message or acknowledgement dated at most 7 days
 * back and 5 minutes ahead. Profiles and lists may have any age.
 * @param now unix milliseconds
 * @throws MessageError `malformed`, `expired`, `too_new`, `too_old`
 */
export const checkEventTime = (event: NostrEvent, now: number): void => {
  const expiry = expiresAt(event)
  if (expiry !== undefined && expiry <= now) throw new MessageError('expired', 'the event has expired')
  if (event.kind !== KIND_MESSAGE && event.kind !== KIND_ACK) return
  const at = event.created_at * 1_000
  if (at > now + MAX_MESSAGE_LEAD_MS) throw new MessageError('too_new', 'dated more than 5 minutes ahead')
  if (at < now - MAX_MESSAGE_AGE_MS) throw new MessageError('too_old', 'more than 7 days old')
}
