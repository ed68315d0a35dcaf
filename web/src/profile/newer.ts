import type { NostrEvent } from '@kez-chat/messaging/nostr'

/** Whether a profile takes the place of another one, as relays decide it. */
export const isNewer = (
  a: Pick<NostrEvent, 'id' | 'created_at'>,
  b: Pick<NostrEvent, 'id' | 'created_at'> | undefined,
): boolean => !b || a.created_at > b.created_at || (a.created_at === b.created_at && a.id < b.id)
