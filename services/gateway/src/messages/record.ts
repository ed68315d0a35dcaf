import { createHash } from 'node:crypto'
import { type InboxMessage, InboxRecord, maxEnvelopeBytes } from '@kez-chat/contracts'
import type { StoredMessage } from '@kez-chat/eventlog/messages'
import { jcs } from '@kez-chat/identity'

/** An envelope on its way into an inbox; `data` is what the stream stores. */
export type Sealed = { id: string; receivedAt: string; data: Uint8Array }

/**
 * The record of an envelope that came over HTTP. It is stored as its JCS, so its bytes are what the id is the hash of.
 * @throws IdentityError `too_large`, `malformed`
 */
export const recordOf = (envelope: Record<string, unknown>, wake: boolean, now: number): Sealed => {
  const canonical = jcs(envelope, { maxBytes: maxEnvelopeBytes })
  const id = createHash('sha256').update(canonical).digest('hex')
  const receivedAt = new Date(now).toISOString()
  const json = `{"id":"${id}","received_at":"${receivedAt}","via":"home","wake":${wake},"envelope":${canonical}}`
  return { id, receivedAt, data: Buffer.from(json) }
}

/** What a client sees of a stored record; undefined when it is none (nothing of ours writes such). */
export const messageOf = ({ seq, data }: StoredMessage): InboxMessage | undefined => {
  try {
    const { id, envelope, event, via, received_at } = InboxRecord.parse(JSON.parse(new TextDecoder().decode(data)))
    return { seq, id, ...(envelope && { envelope }), ...(event && { event }), via, received_at }
  } catch {
    return undefined
  }
}
