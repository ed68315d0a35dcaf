import { z } from 'zod'
import { conversationTag } from '../../storage/conversation.ts'
import { forgetTables, forgottenWith } from '../../storage/forget-message.ts'
import { takeChange } from '../../storage/take-change.ts'
import { ChangeFacts, openChange, waitingIn } from '../../storage/waiting-changes.ts'
import { whole } from '../../storage/whole.ts'
import { type Kind, orFlaw, takeEach } from '../kind.ts'
import { Peer } from './conversation.ts'

/**
 * What a peer did to a message that had not come yet: it would not come again. What is ours goes with its message and what is
 * on its way.
 */
export const change: Kind = {
  kind: 'change',
  async *write({ store: { db, rest }, peers }) {
    for (const [tag, peer] of peers) {
      for (const row of await waitingIn(db.transaction('changes').store, tag))
        yield orFlaw(() => ({ kind: 'change', with: peer, change: openChange(rest, row).change }))
    }
  },
  take: takeEach(
    [...forgottenWith, 'conversations'],
    z.object({ with: Peer, change: ChangeFacts }),
    async (tx, { with: peer, change: made }, { store: { rest }, primary }) => {
      if (made.from !== peer) return { flaw: 'malformed' }
      const conversation = conversationTag(rest, peer)
      if ((await tx.objectStore('conversations').getKey(conversation)) === undefined) return { flaw: 'nobody' }
      const tables = forgetTables(tx)
      const waiting = (await waitingIn(tables.changes, conversation)).map((row) => whole(() => openChange(rest, row)))
      if (waiting.some((one) => one?.change.id === made.id)) return 'known'
      await takeChange(tables, rest, { conversation, own: primary, peer }, made)
      return 'new'
    },
  ),
}
