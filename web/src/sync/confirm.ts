import { parsePrimary } from '@kez-chat/identity'
import { confirmHandle, readConversation } from '../storage/conversations.ts'
import type { Store } from '../storage/store.ts'
import type { Servers } from './servers.ts'

/**
 * Asks the server a peer names whether that handle really is theirs, and keeps the answer when it is (protocol §3).
 * Returns whether something changed. A server other than ours is asked only when `anyServer`: otherwise a stranger's
 * message could make this browser call wherever the stranger likes. Whoever came by an invitation is no stranger. Of
 * somebody blocked nobody is asked.
 */
export const confirmPeer = async (
  store: Store,
  servers: Servers,
  tag: string,
  { anyServer }: { anyServer: boolean },
): Promise<boolean> => {
  const conversation = await readConversation(store, tag)
  const name = conversation?.claimed ?? conversation?.handle
  if (!conversation || name === undefined || conversation.standing === 'blocked') return false
  // Confirmed, and where they are on relays is known too.
  if (conversation.handle === name && conversation.nostr !== undefined) return false
  const { client, handle, server } = servers.of(name)
  if (client !== servers.own && !anyServer && conversation.invited !== true) return false
  const profile = await client.lookupPrimary(conversation.primary)
  const confirmed = `${handle}@${server}`
  if (parsePrimary(profile.primary) !== conversation.primary || profile.fqhn !== confirmed) return false
  if (conversation.handle === confirmed && profile.nostr === undefined) return false
  await confirmHandle(store, tag, confirmed, profile.nostr)
  return true
}
