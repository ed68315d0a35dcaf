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
import { faceWithKey } from './faces.ts'
import { admitBy } from './invitations.ts'
import { type FileFacts, messageTag, sealMessage, withoutToken } from './message.ts'
import { orderOf } from './order.ts'
import { replayStoreIn } from './replay-store.ts'
import type { Store } from './store.ts'
import { transact } from './transact.ts'
import { afterMoves, oneMore } from './unread.ts'
import { indexWords } from './words.ts'

/** What became of something that arrived: `conversation` is set when there is something new to show in it. */
export type Taken = {
  readonly isNew: boolean
  readonly conversation?: string
  /** They showed an invitation of ours, and are no stranger any more. */
  readonly admitted?: true
  /** It was the key of this person's picture. */
  readonly face?: string
}

/** The last sequence taken from the home server; 0 before the first. */
export const readCursor = async ({ db }: Store): Promise<number> => (await db.get('cursor', 'inbox')) ?? 0

/** A stranger's talk begins as a request; a note of our own, from another device, does not. */
const beginning = (rest: AtRest, { seen, inner }: ReceivedMessage): Conversation => ({
  ...newConversation(rest, seen.from, Date.now()),
  standing: seen.from === inner?.to ? 'accepted' : 'request',
})

const afterMessage = ({ invitation: _, ...known }: Conversation, { inner, relay }: ReceivedMessage): Conversation => ({
  // Whoever answers has taken us in: their invitation need not be shown any more.
  ...known,
  ...(inner ? { claimed: inner.from_handle } : {}),
  ...(relay === undefined ? {} : { via_relay: relay }),
  // Talk goes on, so it comes back out of the archive; what is muted as well was put away for good.
  archived: known.archived === true && known.muted === true,
})

/** Whether a stranger was invited, by what they show inside of their message. */
const isInvited = async (
  invitations: Parameters<typeof admitBy>[0],
  rest: AtRest,
  { body, receivedAt }: ReceivedMessage,
  { tag, standing }: Conversation,
  now: number,
): Promise<boolean> => {
  const token = body.type === 'text' ? body.invitation : undefined
  if (standing !== 'request' || token === undefined) return false
  return admitBy(invitations, rest, token, { tag, at: receivedAt ?? now })
}

/**
 * Stores a message that was opened and checked, with the replay guard's memory of it, in one transaction: whenever the
 * page ends, it is either taken or comes again. Also called for copies by other ways, which add nothing. `file` = what is
 * known of the file that it points to, `now` = unix ms by the home server's clock.
 */
export const storeIncoming = (
  { db, rest }: Store,
  received: ReceivedMessage,
  { file, now = Date.now() }: { readonly file?: FileFacts | undefined; readonly now?: number } = {},
): Promise<Taken> => {
  const { seen, inner, body, relay } = received
  const tag = conversationTag(rest, seen.from)
  const stores = ['guard', 'messages', 'conversations', 'links', 'steps', 'words', 'invitations', 'faces'] as const
  return transact(db, stores, async (tx) => {
    const guard = createReplayGuard(replayStoreIn(tx.objectStore('guard'), rest))
    const isNew = await guard.remember(seen)
    const conversations = tx.objectStore('conversations')
    const row = await conversations.get(tag)
    const known = row ? openConversation(rest, row) : beginning(rest, received)
    const shown = isNew && isContent(body) && known.standing !== 'blocked'
    const admitted = shown && (await isInvited(tx.objectStore('invitations'), rest, received, known, now))
    if (shown) {
      const [messages, words] = [tx.objectStore('messages'), tx.objectStore('words')]
      const tables = { messages, words, steps: tx.objectStore('steps'), links: tx.objectStore('links') }
      const { place, settle } = await orderOf(tables, rest, tag, received)
      const message = {
        ...{ inner_id: seen.innerId, body: withoutToken(inner?.body ?? body), at: seen.sentAt, via: relay ?? 'home' },
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
      const met = admitted ? { ...known, standing: 'accepted' as const, invited: true } : known
      const next = { ...afterMessage(met, received), ...unread, ...afterMoves(unread, await settle(n)) }
      await conversations.put(sealConversation(rest, next))
    } else if (row && relay !== undefined && known.via_relay === undefined) {
      // A copy: the home server was faster, but this is a relay they use.
      await conversations.put(sealConversation(rest, { ...known, via_relay: relay }))
    }
    if (isNew && row && body.type === 'kez-visual-key' && known.standing !== 'blocked') {
      const faces = tx.objectStore('faces')
      await faces.put(faceWithKey(rest, tag, await faces.get(tag), body))
      return { isNew, face: tag }
    }
    return { isNew, ...(shown ? { conversation: tag } : {}), ...(admitted ? { admitted } : {}) }
  })
}
