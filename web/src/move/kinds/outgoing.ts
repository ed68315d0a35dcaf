import { OutgoingRecord } from '@kez-chat/nostr-client'
import { z } from 'zod'
import { outgoingTag } from '../../storage/forget-message.ts'
import { messageTag } from '../../storage/message.ts'
import { openOutgoing, sealOutgoing } from '../../storage/outgoing.ts'
import { wasNeverTaken } from '../../storage/record-store.ts'
import { type Kind, orFlaw, rowsOf, takeEach } from '../kind.ts'

/**
 * Messages on their way, with the very envelope they go out in: here and there they are one message. What nothing has
 * taken yet waits for the person to try again, since it may have been given up or sent where it comes from.
 */
export const outgoing: Kind = {
  kind: 'outgoing',
  async *write({ store }) {
    for await (const row of rowsOf(store, 'outgoing')) {
      yield orFlaw(() => ({ kind: 'outgoing', ...openOutgoing(store.rest, row) }))
    }
  },
  take: takeEach(
    ['outgoing', 'messages'],
    z.object({ held: z.boolean(), record: OutgoingRecord }),
    async (tx, { record }, { store: { rest } }) => {
      const outgoing = tx.objectStore('outgoing')
      if ((await outgoing.getKey(outgoingTag(rest, record.inner_id))) !== undefined) return 'known'
      const message = await tx
        .objectStore('messages')
        .index('inner')
        .getKey(messageTag(rest, record.inner_id, 'own'))
      // Its message is not here, or it never had one (the key of a picture, which is told anew).
      if (message === undefined) return 'known'
      await outgoing.put(sealOutgoing(rest, { held: wasNeverTaken(record), record }))
      return 'new'
    },
  ),
}
