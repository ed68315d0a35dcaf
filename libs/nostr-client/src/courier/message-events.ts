import { fromHex } from '@kez-chat/identity'
import { RESEND_AFTER_MS, type TransportKey } from '@kez-chat/messaging'
import { createMessageEvent, type NostrEvent } from '@kez-chat/messaging/nostr'
import type { OutgoingRecord } from './outgoing-record.ts'

/** A message no home server has taken gets a new event this often: a reader's look-back on relays is 48 h. */
const RENEW_AFTER_MS = 24 * 3_600_000
const MOST_EVENTS = 16

/** One message as events: by its own key, and by the transport key. */
export interface MessageEvents {
  readonly event: NostrEvent
  readonly known: NostrEvent
}

const build = (record: OutgoingRecord, at: number, transportKey: TransportKey): MessageEvents => {
  const { envelope, to, wake, expires_at: expiresAt } = record
  const draft = { envelope, to, at, wake, ...(expiresAt === undefined ? {} : { expiresAt }) }
  const { secret, public_key: publicKey } = record.author
  return {
    event: createMessageEvent(draft, { secret: fromHex(secret, 32), publicKey }),
    known: createMessageEvent(draft, transportKey),
  }
}

/** When a message that relays have taken and no home server has is due for a new event, unix milliseconds. */
export const renewalOf = ({ events, home }: OutgoingRecord): number | undefined => {
  const newest = events.at(-1)
  return newest && home.state !== 'sent' ? newest.at + RENEW_AFTER_MS : undefined
}

/** Whether the newest event is too old to be of use (protocol §4), or there is none. */
export const needsNewEvent = (record: OutgoingRecord, now: number): boolean => {
  const newest = record.events.at(-1)
  if (!newest) return true
  if (record.relay.state === 'waiting') return now - newest.at >= RESEND_AFTER_MS
  return now >= (renewalOf(record) ?? Number.POSITIVE_INFINITY)
}

/**
 * The newest events of a message, made again from what is stored: the same ids, for they do not cover the signature.
 * @throws MessageError `too_large` when no relay would take it
 */
export const newestEvents = (record: OutgoingRecord, transportKey: TransportKey): MessageEvents =>
  build(record, record.events.at(-1)?.at ?? record.sent_at, transportKey)

/**
 * The record with one more event, dated `now`. It has to be stored before the event goes out, or its acknowledgement
 * would find nobody.
 * @throws MessageError `too_large`
 */
export const withNewEvent = (record: OutgoingRecord, now: number, transportKey: TransportKey): OutgoingRecord => {
  const { event, known } = build(record, now, transportKey)
  const events = [...record.events, { at: now, ids: [event.id, known.id] }]
  return { ...record, events: events.slice(-MOST_EVENTS) }
}
