import { parseTimestamp } from '@kez-chat/identity'
import { MessageError } from './errors.ts'
import { asMessageErrors } from './identity-errors.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

/** How old a message may be when it is opened, or was when the home server took it in; milliseconds. */
export const MAX_MESSAGE_AGE_MS = 7 * DAY

/** How far ahead of the reader's clock a message may be dated, in milliseconds. */
export const MAX_MESSAGE_LEAD_MS = 5 * MINUTE

/**
 * How long a home server can hand out a message, in milliseconds: the 30 days of its inbox and a day for clocks. An
 * older `received_at` is not believed, so that a replay guard may forget.
 */
export const MAX_MAILBOX_AGE_MS = 31 * DAY

/**
 * After how long (milliseconds) a message nobody has accepted gets a new envelope and event around the same inner, so
 * that relays do not refuse it as old (protocol §4).
 */
export const RESEND_AFTER_MS = 10 * MINUTE

/** The two clocks a message is judged by; unix milliseconds. */
export interface Clocks {
  /** The reader's own clock. */
  readonly now: number
  /** `received_at` of the reader's own home server; never what a relay or the sender says. */
  readonly receivedAt?: number
}

/**
 * `sent_at` is at most 5 minutes ahead, and as old as it likes.
 * @returns `sent_at` in unix milliseconds
 * @throws MessageError `malformed`, `too_new`
 */
export const checkNotAhead = (sentAt: string, now: number): number => {
  const sent = asMessageErrors(() => parseTimestamp(sentAt))
  if (sent > now + MAX_MESSAGE_LEAD_MS) throw new MessageError('too_new', 'dated more than 5 minutes ahead')
  return sent
}

/**
 * `sent_at` is at most 7 days old and 5 minutes ahead. Only the home server's `received_at` lifts the lower bound: what
 * it took in within those 7 days stays readable as long as it keeps it (protocol §3).
 * @returns `sent_at` in unix milliseconds
 * @throws MessageError `malformed`, `too_new`, `too_old`
 */
export const checkFreshness = (sentAt: string, { now, receivedAt }: Clocks): number => {
  const sent = checkNotAhead(sentAt, now)
  const takenIn = receivedAt !== undefined && receivedAt >= now - MAX_MAILBOX_AGE_MS ? Math.min(receivedAt, now) : now
  if (sent < takenIn - MAX_MESSAGE_AGE_MS) throw new MessageError('too_old', 'more than 7 days old')
  return sent
}

/** Until when (unix milliseconds) a message sent at `sent` could still be accepted. */
export const acceptableUntil = (sent: number): number => sent + MAX_MESSAGE_AGE_MS + MAX_MAILBOX_AGE_MS
