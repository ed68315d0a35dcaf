import { conversationTag } from '../../storage/conversation.ts'
import { Draft, openDraft, sealDraft } from '../../storage/draft.ts'
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
      else
        yield orFlaw(() => {
          const { text, ...more } = openDraft(rest, row)
          return { kind: 'draft', with: peer, text: text.toWellFormed(), ...more }
        })
    }
  },
  take: takeEach(
    ['drafts', 'conversations'],
    Draft.extend({ with: Peer }),
    async (tx, { with: peer, ...written }, { store: { rest } }) => {
      const tag = conversationTag(rest, peer)
      if ((await tx.objectStore('conversations').getKey(tag)) === undefined) return { flaw: 'nobody' }
      if ((await tx.objectStore('drafts').getKey(tag)) !== undefined) return 'known'
      await tx.objectStore('drafts').put(sealDraft(rest, tag, written))
      return 'new'
    },
  ),
}
