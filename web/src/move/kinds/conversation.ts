import { isPrimaryId, type PrimaryId } from '@kez-chat/identity'
import { z } from 'zod'
import {
  type Conversation,
  ConversationFacts,
  conversationTag,
  openConversation,
  sealConversation,
} from '../../storage/conversation.ts'
import { type Kind, orFlaw, takeEach } from '../kind.ts'

export const Peer = z.custom<PrimaryId>((value) => isPrimaryId(value))

/** Two devices know of the same talk: what was decided and learned here stays, what was not known here is added. */
const merged = (here: Conversation, there: Conversation): Conversation => ({
  ...there,
  ...here,
  created_at: Math.min(here.created_at, there.created_at),
  // To have waited is no decision; to have accepted or blocked is one.
  ...(here.standing === 'request' && there.standing !== 'request' ? { standing: there.standing ?? 'accepted' } : {}),
})

/** Talk with one person: their key, names, and what was decided about it. Their messages follow by themselves. */
export const conversation: Kind = {
  kind: 'conversation',
  async *write({ store: { db, rest } }) {
    for (const row of await db.getAll('conversations')) {
      yield orFlaw(() => {
        const { tag: _tag, primary, ...facts } = openConversation(rest, row)
        return { kind: 'conversation', peer: primary, ...facts }
      })
    }
  },
  take: takeEach(
    ['conversations'],
    ConversationFacts.extend({ peer: Peer }),
    async (tx, { peer, unread_from: from, ...facts }, { store: { rest }, fresh }) => {
      const tag = conversationTag(rest, peer)
      // It counts by numbers, which messages keep on a device that has none yet.
      const there: Conversation = { tag, primary: peer, ...facts, ...(fresh && from ? { unread_from: from } : {}) }
      const row = await tx.objectStore('conversations').get(tag)
      const next = row ? merged(openConversation(rest, row), there) : there
      await tx.objectStore('conversations').put(sealConversation(rest, next))
      return row ? 'known' : 'new'
    },
  ),
}
