import type { Contacts } from '@kez-chat/nostr-client'
import type { Conversation } from '../storage/conversation.ts'
import { conversationTag } from '../storage/conversation.ts'
import { readConversation } from '../storage/conversations.ts'
import type { Store } from '../storage/store.ts'

const isAccepted = ({ standing = 'accepted' }: Conversation): boolean => standing === 'accepted'

/** The people of this device as the courier asks for them: no directory is needed for anybody known. */
export const contactsOf = (store: Store, confirmations: () => boolean): Contacts => ({
  find: async (primary) => {
    const known = await readConversation(store, conversationTag(store.rest, primary))
    if (!known) return undefined
    const { handle, nostr, via_relay: preferRelay } = known
    return {
      ...{ primary, accepted: isAccepted(known) },
      unacknowledged: known.standing === 'blocked' || !confirmations(),
      ...(handle === undefined ? {} : { handle }),
      ...(nostr === undefined ? {} : { nostr }),
      ...(preferRelay === undefined ? {} : { preferRelay }),
    }
  },
})
