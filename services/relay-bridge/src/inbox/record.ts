import { createHash } from 'node:crypto'
import { maxEnvelopeBytes, maxEventBytes } from '@kez-chat/contracts'
import { IdentityError, isRecord, jcs, parseJson } from '@kez-chat/identity'
import type { NostrEvent } from '../verify/event.ts'

/** What an inbox stores of an event; `id` is that of the message on every route. */
export type EventRecord = { readonly id: string; readonly data: Uint8Array }

/** The event cannot be kept in an inbox: its content is no envelope that the home route would take, or it is too large. */
export class EventNotStorable extends Error {
  override readonly name = 'EventNotStorable'
}

const messageKind = 4242

/** Of a message: the hash of the envelope, so that it is the same message by HTTP. Of an acknowledgement: the event's own. */
const messageIdOf = (event: NostrEvent): string => {
  if (event.kind !== messageKind) return event.id
  try {
    const envelope = parseJson(event.content, maxEventBytes)
    if (!isRecord(envelope)) throw new EventNotStorable('the content is no envelope')
    return createHash('sha256')
      .update(jcs(envelope, { maxBytes: maxEnvelopeBytes }))
      .digest('hex')
  } catch (cause) {
    if (cause instanceof IdentityError) throw new EventNotStorable('the content is no envelope', { cause })
    throw cause
  }
}

/** @throws {EventNotStorable} */
export const recordOf = (event: NostrEvent, via: string, wake: boolean, now: number): EventRecord => {
  const id = messageIdOf(event)
  const json = JSON.stringify(event)
  if (Buffer.byteLength(json) > maxEventBytes) throw new EventNotStorable('the event is too large')
  const head = `{"id":"${id}","received_at":"${new Date(now).toISOString()}","via":${JSON.stringify(via)},"wake":${wake}`
  return { id, data: Buffer.from(`${head},"event":${json}}`) }
}
