import { z } from 'zod'
import { conversationTag } from '../../storage/conversation.ts'
import { openDraft, sealDraft } from '../../storage/draft.ts'
import { type Kind, orFlaw, takeEach } from '../kind.ts'
import { Peer } from './conversation.ts'

/** What was being written and not sent. What is being written here stays. */
export const draft: Kind = {
  kind: 'draft',
  async *write({ store: { db, rest }, peers }) {
    for (const row of await db.getAll('drafts')) {
      const peer = peers.get(row.tag)
      if (!peer) yield { flaw: 'nobody' }
      // A letter cut in half by the keyboard is no Unicode.
      else yield orFlaw(() => ({ kind: 'draft', with: peer, text: openDraft(rest, row).text.toWellFormed() }))
    }
  },
  take: takeEach(
    ['drafts', 'conversations'],
    z.object({ with: Peer, text: z.string() }),
    async (tx, { with: peer, text }, { store: { rest } }) => {
      const tag = conversationTag(rest, peer)
      if ((await tx.objectStore('conversations').getKey(tag)) === undefined) return { flaw: 'nobody' }
      if ((await tx.objectStore('drafts').getKey(tag)) !== undefined) return 'known'
      await tx.objectStore('drafts').put(sealDraft(rest, tag, { text }))
      return 'new'
    },
  ),
}
