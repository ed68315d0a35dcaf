import { finalizeEvent, getEventHash, verifyEvent } from 'nostr-tools/pure'
import { MessageError } from '../errors.ts'
import type { TransportKey } from '../transport-key.ts'
import { eventBytes, MAX_EVENT_BYTES, type NostrEvent, type NostrTag, parseNostrEvent } from './event.ts'

/** What an event says; its author and time come with the signature. */
export interface EventDraft {
  readonly kind: number
  readonly tags: readonly NostrTag[]
  readonly content: string
}

// nostr-tools marks what it made or checked with a symbol on the object, which a copy of the object would inherit.
const plain = ({ id, pubkey, created_at, kind, tags, content, sig }: NostrEvent) => ({
  ...{ id, pubkey, created_at, kind, content, sig },
  tags: tags.map((tag) => [...tag]),
})

/**
 * An event signed with `author`, dated `at` (unix milliseconds).
 * @throws MessageError `malformed`, `too_large`
 */
export const signEvent = ({ kind, tags, content }: EventDraft, at: number, author: TransportKey): NostrEvent => {
  const template = { kind, content, created_at: Math.floor(at / 1_000), tags: tags.map((tag) => [...tag]) }
  const event = parseNostrEvent(plain(finalizeEvent(template, author.secret)))
  if (eventBytes(event) > MAX_EVENT_BYTES) throw new MessageError('too_large', 'an event is at most 64 KiB')
  return event
}

/**
 * Believes that the author of `event` signed exactly this.
 * @throws MessageError `wrong_id`, `invalid_signature`
 */
export const verifyNostrEvent = (event: NostrEvent): void => {
  const copy = plain(event)
  if (getEventHash(copy) !== event.id) throw new MessageError('wrong_id', 'id is not the hash of the event')
  if (!verifyEvent(copy)) throw new MessageError('invalid_signature', 'the author did not sign this event')
}
