import { MessageError, outerId } from '@kez-chat/messaging'
import {
  eventBytes,
  KIND_MESSAGE,
  MAX_EVENT_BYTES,
  type NostrEvent,
  readMessageEvent,
  wakes,
} from '@kez-chat/messaging/nostr'

/** What an inbox stores of an event; `id` is that of the message on every route. */
export type EventRecord = { readonly id: string; readonly data: Uint8Array }

/**
 * The id of a message is the hash of its envelope, so that it is the same message by HTTP; that of an acknowledgement is
 * the event's own.
 * @throws MessageError `malformed`, `too_large` when the home route would not take it either
 */
export const recordOf = (event: NostrEvent, via: string, now: number): EventRecord => {
  if (eventBytes(event) > MAX_EVENT_BYTES) throw new MessageError('too_large', 'the event is too large')
  const id = event.kind === KIND_MESSAGE ? outerId(readMessageEvent(event).envelope) : event.id
  const head = `{"id":"${id}","received_at":"${new Date(now).toISOString()}","via":${JSON.stringify(via)}`
  return { id, data: Buffer.from(`${head},"wake":${wakes(event)},"event":${JSON.stringify(event)}}`) }
}
