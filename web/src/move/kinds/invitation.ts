import { z } from 'zod'
import { conversationTag } from '../../storage/conversation.ts'
import {
  InvitationFacts,
  invitationTag,
  mostInvitations,
  openInvitation,
  sealInvitation,
} from '../../storage/invitations.ts'
import { type Kind, takeEach } from '../kind.ts'
import { Peer } from './conversation.ts'

const Use = z.object({ with: Peer.optional(), tag: z.string().max(64), at: z.number() })

/** Invitations that were made, and who came by them. */
export const invitation: Kind = {
  kind: 'invitation',
  async *write({ store: { db, rest }, peers }) {
    for (const row of await db.getAll('invitations')) {
      const opened = openInvitation(rest, row)
      if (!opened) {
        yield { flaw: 'damaged' }
        continue
      }
      const { tag: _tag, used, ...facts } = opened
      const uses = used.map((use) => ({ ...use, ...(peers.has(use.tag) ? { with: peers.get(use.tag) } : {}) }))
      yield { kind: 'invitation', ...facts, used: uses }
    }
  },
  take: takeEach(
    ['invitations'],
    InvitationFacts.omit({ used: true }).extend({ used: z.array(Use).max(1_000) }),
    async (tx, { used, ...facts }, { store: { rest } }) => {
      const invitations = tx.objectStore('invitations')
      const tag = invitationTag(rest, facts.secret)
      if ((await invitations.getKey(tag)) !== undefined) return 'known'
      if ((await invitations.count()) >= mostInvitations) return { flaw: 'full' }
      // Whose talk was deleted is nobody any more, and has used it all the same.
      const uses = used.map((use) => ({ tag: use.with ? conversationTag(rest, use.with) : use.tag, at: use.at }))
      await invitations.put(sealInvitation(rest, { ...facts, tag, used: uses }))
      return 'new'
    },
  ),
}
