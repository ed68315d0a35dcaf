import { MessageError } from '@kez-chat/messaging'
import { parseNostrEvent, verifyNostrEvent } from '@kez-chat/messaging/nostr'
import type { VerifyEvent } from './relay/incoming.ts'

/** Verifies events where it is called, about a millisecond each. An app with a worker brings its own. */
export const verifyHere: VerifyEvent = (value) => {
  try {
    const event = parseNostrEvent(value)
    verifyNostrEvent(event)
    return event
  } catch (error) {
    if (error instanceof MessageError) return undefined
    throw error
  }
}
