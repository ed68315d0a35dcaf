import { createReplayGuard, isContent } from '@kez-chat/messaging'
import type { ReceivedMessage } from '@kez-chat/nostr-client'
import type { AtRest } from './at-rest.ts'
import {
  type Conversation,
  conversationTag,
  newConversation,
  openConversation,
  sealConversation,
} from './conversation.ts'
import { type FileFacts, messageTag, sealMessage } from './message.ts'
import { orderOf } from './order.ts'
import { replayStoreIn } from './replay-store.ts'
import type { Store } from './store.ts'
import { transact } from './transact.ts'
import { afterMoves, oneMore } from './unread.ts'
import { indexWords } from './words.ts'

/** What became of something that arrived: `conversation` is set when there is something new to show in it. */
export type Taken = { readonly isNew: boolean; readonly conversation?: string }

/** The last sequence taken from the home server; 0 before the first. */
export const readCursor = async ({ db }: Store): Promise<number> => (await db.get('cursor', 'inbox')) ?? 0

/** A stranger's talk begins as a request; a note of our own, from another device, does not. */
const beginning = (rest: AtRest, { seen, inner }: ReceivedMessage): Conversation => ({
  ...newConversation(rest, seen.from, Date.now()),
  standing: seen.from === inner?.to ? 'accepted' : 'request',
})

const afterMessage = (known: Conversation, { inner, relay }: ReceivedMessage): Conversation => ({
  ...known,
  ...(inner ? { claimed: inner.from_handle } : {}),
  ...(relay === undefined ? {} : { via_relay: relay }),
  // Talk goes on, so it comes back out of the archive; what is muted as well was put away for good.
  archived: known.archived === true && known.muted === true,
})

/**
 * Stores a message that was opened and checked, with the replay guard's memory of it, in one transaction: whenever the
 * page ends, it is either taken or comes again. Also called for copies by other ways, which add nothing. `file` = what is
 * known of the file that it points to.
 */
export const storeIncoming = ({ db, rest }: Store, received: ReceivedMessage, file?: FileFacts): Promise<Taken> => {
  const { seen, inner, body, relay } = received
  const tag = conversationTag(rest, seen.from)
  return transact(db, ['guard', 'messages', 'conversations', 'links', 'steps', 'words'], async (tx) => {
    const guard = createReplayGuard(replayStoreIn(tx.objectStore('guard'), rest))
    const isNew = await guard.remember(seen)
    const conversations = tx.objectStore('conversations')
    const row = await conversations.get(tag)
    const known = row ? openConversation(rest, row) : beginning(rest, received)
    const shown = isNew && isContent(body) && known.standing !== 'blocked'
    if (shown) {
      const [messages, words] = [tx.objectStore('messages'), tx.objectStore('words')]
      const tables = { messages, words, steps: tx.objectStore('steps'), links: tx.objectStore('links') }
      const { place, settle } = await orderOf(tables, rest, tag, received)
      const message = {
        ...{ inner_id: seen.innerId, body: inner?.body ?? { ...body }, at: seen.sentAt, via: relay ?? 'home' },
        received_at: Date.now(),
        ...(file ? { file } : {}),
      }
      const n = await messages.add({
        ...{ conversation: tag, inner: messageTag(rest, seen.innerId, seen.from) },
        box: sealMessage(rest, tag, message),
        ...(place === undefined ? {} : { n: place }),
      })
      await indexWords(words, rest, n, message)
      const unread = oneMore(known, n)
      const next = { ...afterMessage(known, received), ...unread, ...afterMoves(unread, await settle(n)) }
      await conversations.put(sealConversation(rest, next))
    } else if (row && relay !== undefined && known.via_relay === undefined) {
      // A copy: the home server was faster, but this is a relay they use.
      await conversations.put(sealConversation(rest, { ...known, via_relay: relay }))
    }
    return { isNew, ...(shown ? { conversation: tag } : {}) }
  })
}
