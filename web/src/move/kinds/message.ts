import type { PrimaryId } from '@kez-chat/identity'
import { acceptableUntil, createReplayGuard } from '@kez-chat/messaging'
import { z } from 'zod'
import { conversationTag, newConversation, sealConversation } from '../../storage/conversation.ts'
import type { Schema } from '../../storage/database.ts'
import type { Delivery, StoredDelivery } from '../../storage/delivery.ts'
import { MessageFacts, messageTag, openMessage, type StoredMessage, sealMessage } from '../../storage/message.ts'
import { replayStoreIn } from '../../storage/replay-store.ts'
import type { Store } from '../../storage/store.ts'
import type { Transaction } from '../../storage/transact.ts'
import { type Kind, rowsOf, takeEach } from '../kind.ts'
import { Peer } from './conversation.ts'

type Row = Schema['messages']['value']

/** What was still being sent elsewhere is sent from here only when the person says so. */
const arrived = ({
  delivery,
  at,
}: {
  delivery?: z.infer<typeof StoredDelivery> | undefined
  at: number
}): Delivery | undefined => {
  if (!delivery) return undefined
  const when = delivery.at ?? at
  return delivery.state === 'sending' ? { state: 'failed', at: when, code: 'moved' } : { ...delivery, at: when }
}

const progress: readonly Delivery['state'][] = ['failed', 'sending', 'sent', 'delivered']
const isFurther = (there: Delivery | undefined, here: Delivery | undefined): boolean =>
  there !== undefined && here !== undefined && progress.indexOf(there.state) > progress.indexOf(here.state)

type Tables = Transaction<'messages' | 'conversations' | 'guard'>

/** The row that holds a message already. What one writes to oneself is one message, on whatever device it was written. */
const known = async (
  tx: Tables,
  { rest }: Store,
  { peer, id, own, primary }: { peer: PrimaryId; id: string; own: boolean; primary: PrimaryId },
): Promise<{ row: Row; message: StoredMessage } | undefined> => {
  const authors = peer === primary ? (['own', primary] as const) : [own ? ('own' as const) : peer]
  for (const author of authors) {
    for (const row of await tx
      .objectStore('messages')
      .index('inner')
      .getAll(messageTag(rest, id, author))) {
      const message = openMessage(rest, row)
      if (row.conversation === conversationTag(rest, peer) && message.inner_id === id) return { row, message }
    }
  }
  return undefined
}

/** Its number, where nothing else can have it: then what counts by numbers stays right. */
const placeOf = async (tx: Tables, n: number | undefined, fresh: boolean): Promise<{ n?: number }> =>
  n !== undefined && fresh && (await tx.objectStore('messages').getKey(n)) === undefined ? { n } : {}

/** Messages, in the order in which this device learned of them, with how far they got. */
export const message: Kind = {
  kind: 'message',
  async *write({ store, peers }) {
    for await (const row of rowsOf(store, 'messages')) {
      const { v: _version, inner_id: id, ...facts } = openMessage(store.rest, row)
      const peer = peers.get(row.conversation)
      if (id === '' || peer === undefined) yield { flaw: id === '' ? 'damaged' : 'nobody' }
      else yield { kind: 'message', with: peer, id, own: facts.delivery !== undefined, ...facts }
    }
  },
  take: takeEach(
    ['messages', 'conversations', 'guard'],
    MessageFacts.omit({ inner_id: true }).extend({
      ...{ with: Peer, id: z.string().min(1).max(128), own: z.boolean() },
      n: z.number().positive().optional(),
    }),
    async (tx, { with: peer, id, own, n, delivery, ...facts }, { store, primary, now, fresh }) => {
      const { rest } = store
      const tag = conversationTag(rest, peer)
      const there = own ? arrived({ delivery, at: facts.at }) : undefined
      // What was done to it and still being sent elsewhere is sent from there.
      const { unsent: _unsent, ...kept } = facts
      const next = { ...kept, inner_id: id, ...(there ? { delivery: there } : {}) }
      const here = await known(tx, store, { peer, id, own, primary })
      if (here) {
        const { v: _version, n: _n, ...message } = here.message
        if (next.delivery && isFurther(next.delivery, message.delivery))
          await tx
            .objectStore('messages')
            .put({ ...here.row, box: sealMessage(rest, tag, { ...message, delivery: next.delivery }) })
        return 'known'
      }
      const conversations = tx.objectStore('conversations')
      // Its own record may be damaged: the messages are not lost for that.
      if ((await conversations.getKey(tag)) === undefined)
        await conversations.put(sealConversation(rest, newConversation(rest, peer, facts.at)))
      const box = sealMessage(rest, tag, next)
      const inner = messageTag(rest, id, own ? 'own' : peer)
      await tx.objectStore('messages').add({
        ...{ conversation: tag, inner, box, ...(await placeOf(tx, n, fresh)) },
        ...(facts.expires_at === undefined ? {} : { expires: facts.expires_at }),
      })
      // What is older than anything that could be accepted needs no guard.
      if (acceptableUntil(facts.at) > now) {
        const guard = createReplayGuard(replayStoreIn(tx.objectStore('guard'), rest))
        await guard.remember({ from: own ? primary : peer, innerId: id, sentAt: facts.at })
      }
      return 'new'
    },
  ),
}
