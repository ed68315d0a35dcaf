import type { NostrEvent } from '@kez-chat/messaging/nostr'
import type { Filter } from 'nostr-tools/filter'

/** Longest frame that is parsed, in UTF-16 units: the largest event of ours is 64 KiB, but a relay may escape more. */
export const MAX_FRAME_LENGTH = 128 * 1024

/** What a client says (NIP-01, NIP-42), as text. */
export const clientFrame = {
  event: (event: NostrEvent): string => JSON.stringify(['EVENT', event]),
  req: (subscription: string, filters: readonly Filter[]): string => JSON.stringify(['REQ', subscription, ...filters]),
  close: (subscription: string): string => JSON.stringify(['CLOSE', subscription]),
  auth: (event: NostrEvent): string => JSON.stringify(['AUTH', event]),
}

/** Whether a refusal asks the client to authenticate first (NIP-42). */
export const asksForAuth = (message: string): boolean => message.startsWith('auth-required:')
