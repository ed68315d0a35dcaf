import { createReplayGuard, type OpenedMessage } from '@kez-chat/messaging'
import type { AtRest } from './at-rest.ts'
import {
  type Conversation,
  conversationTag,
  newConversation,
  openConversation,
  sealConversation,
} from './conversation.ts'
import { sealMessage } from './message.ts'
import { replayStoreIn } from './replay-store.ts'
import type { Store } from './store.ts'
import { indexWords } from './words.ts'

/** What became of something that arrived: `conversation` is set when there is something new to show in it. */
export type Taken = { readonly conversation?: string; readonly unopened?: boolean }

/** A stranger's talk begins as a request; a note of our own, from another device, does not. */
const beginning = (rest: AtRest, { inner }: OpenedMessage): Conversation => ({
  ...newConversation(rest, inner.from, Date.now()),
  standing: inner.from === inner.to ? 'accepted' : 'request',
})

/** The last sequence taken from the home server; 0 before the first. */
export const readCursor = async ({ db }: Store): Promise<number> => (await db.get('cursor', 'inbox')) ?? 0

/** The server's stream begins anew: everything is read again, and the replay guard drops what is known. */
export const resetCursor = async ({ db }: Store): Promise<void> => {
  await db.put('cursor', 0, 'inbox')
}

/**
 * Stores an opened message, the replay guard's memory of it and the cursor behind it in one transaction: whenever the
 * page ends, the message is either taken or comes again.
 */
export const storeIncoming = async ({ db, rest }: Store, seq: number, opened: OpenedMessage): Promise<Taken> => {
  const { inner, body, sentAt } = opened
  const tag = conversationTag(rest, inner.from)
  const tx = db.transaction(['cursor', 'guard', 'messages', 'conversations', 'words'], 'readwrite')
  const cursor = tx.objectStore('cursor')
  if (seq <= ((await cursor.get('inbox')) ?? 0)) return {}
  await cursor.put(seq, 'inbox')
  const guard = createReplayGuard(replayStoreIn(tx.objectStore('guard'), rest))
  const isNew = await guard.remember({ from: inner.from, innerId: inner.id, sentAt })
  const conversations = tx.objectStore('conversations')
  const row = await conversations.get(tag)
  const known = row ? openConversation(rest, row) : beginning(rest, opened)
  const shown = isNew && body.type !== 'kez-ack-v1' && known.standing !== 'blocked'
  if (shown) {
    // Talk goes on, so it comes back out of the archive; what is muted as well was put away for good.
    const archived = known.archived === true && known.muted === true
    const next = { ...known, claimed: inner.from_handle, unread: known.unread + 1, archived }
    await conversations.put(sealConversation(rest, next))
    const message = { inner_id: inner.id, body: inner.body, at: sentAt, received_at: Date.now() }
    const n = await tx.objectStore('messages').add({ conversation: tag, box: sealMessage(rest, tag, message) })
    await indexWords(tx.objectStore('words'), rest, n, message)
  }
  await tx.done
  return shown ? { conversation: tag } : {}
}
