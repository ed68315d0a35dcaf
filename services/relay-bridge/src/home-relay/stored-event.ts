import type { StoredMessage } from '@kez-chat/eventlog/messages'
import { MessageError } from '@kez-chat/messaging'
import { type NostrEvent, parseNostrEvent } from '@kez-chat/messaging/nostr'

const maxStored = 128 * 1024

/** An event as a stream holds it: its JSON, and nothing else. */
export const encodeEvent = (event: NostrEvent): string => {
  const { id, pubkey, created_at, kind, tags, content, sig } = event
  return JSON.stringify({ id, pubkey, created_at, kind, tags, content, sig })
}

/** Undefined for what is none; nothing of ours writes such. */
export const decodeEvent = ({ data }: Pick<StoredMessage, 'data'>): NostrEvent | undefined => {
  try {
    return parseNostrEvent(data, maxStored)
  } catch (error) {
    if (error instanceof MessageError) return undefined
    throw error
  }
}
