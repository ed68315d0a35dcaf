import { type Change, changeOf, createReplayGuard, expiryOf, isContent, type TextBody } from '@kez-chat/messaging'
import type { ReceivedMessage } from '@kez-chat/nostr-client'
import type { AtRest } from './at-rest.ts'
import { isDeleted } from './changed.ts'
import {
  type Conversation,
  conversationTag,
  newConversation,
  openConversation,
  sealConversation,
  withReaction,
  withTimer,
} from './conversation.ts'
import { dropFile } from './drop-file.ts'
import { faceWithKey } from './faces.ts'
import { fileTagOf } from './file-record.ts'
import { admitBy } from './invitations.ts'
import { type FileFacts, messageTag, sealMessage, withoutToken } from './message.ts'
import { type OrderTables, orderOf } from './order.ts'
import { replayStoreIn } from './replay-store.ts'
import type { Store } from './store.ts'
import { afterWaiting, type ChangedTables, takeChange } from './take-change.ts'
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

const afterAny = ({ invitation: _, ...known }: Conversation, { inner, relay }: ReceivedMessage): Conversation => ({
  // Whoever answers has taken us in: their invitation need not be shown any more.
  ...known,
  ...(inner ? { claimed: inner.from_handle } : {}),
  ...(relay === undefined ? {} : { via_relay: relay }),
})

const afterMessage = (known: Conversation, received: ReceivedMessage): Conversation => ({
  ...afterAny(known, received),
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

type Tables = OrderTables &
  ChangedTables & {
    readonly messages: {
      add(row: Parameters<ChangedTables['messages']['put']>[0]): Promise<number>
    }
  }

/** What stands in a body of text; what old clients sealed says nothing but its text. */
const textOf = ({ inner, body }: ReceivedMessage): TextBody | undefined =>
  inner && body.type === 'text' ? body : undefined

const changeIn = ({ inner, body, seen: { sentAt } }: ReceivedMessage): Change | undefined =>
  inner && body.type === 'text' ? changeOf({ inner, body, sentAt }) : undefined

/** The file of a message that is not shown goes. */
const dropUnshown = async (
  tables: Tables,
  rest: AtRest,
  tag: string,
  { body, seen }: ReceivedMessage,
): Promise<void> => {
  const file = fileTagOf(rest, tag, { body: { ...body } })
  if (file) await dropFile(rest, tables, file, seen.innerId)
}

/** Stores a message to be shown, at its place; returns the conversation after it. */
const show = async (
  tables: Tables,
  rest: AtRest,
  known: Conversation,
  received: ReceivedMessage,
  file: FileFacts | undefined,
): Promise<Conversation> => {
  const { seen, inner, body, relay } = received
  const { tag } = known
  const { place, settle } = await orderOf(tables, rest, tag, received)
  const named = messageTag(rest, seen.innerId, seen.from)
  const expires = expiryOf(body, seen.sentAt)
  const message = await afterWaiting(tables.changes, rest, named, seen.from, {
    ...{ inner_id: seen.innerId, body: withoutToken(inner?.body ?? body), at: seen.sentAt, via: relay ?? 'home' },
    received_at: Date.now(),
    ...(expires === undefined ? {} : { expires_at: expires }),
    ...(file ? { file } : {}),
  })
  if (isDeleted(message)) await dropUnshown(tables, rest, tag, received)
  const n = await tables.messages.add({
    ...{ conversation: tag, inner: named, box: sealMessage(rest, tag, message) },
    ...(place === undefined ? {} : { n: place }),
    ...(expires === undefined ? {} : { expires }),
  })
  await indexWords(tables.words, rest, n, message)
  const moves = await settle(n)
  const timer = textOf(received)?.timer
  if (timer && inner) {
    const set = { ttl: timer.ttl, at: seen.sentAt, id: inner.id, own: false }
    return { ...withTimer(afterAny(known, received), set), ...afterMoves(known, moves) }
  }
  const unread = isDeleted(message) ? known : oneMore(known, n)
  return { ...afterMessage(known, received), ...unread, ...afterMoves(unread, moves) }
}

/** Takes what is not shown by itself: what it does to another message, and its place in the order of its author. */
const takeQuietly = async (
  tables: Tables,
  rest: AtRest,
  known: Conversation,
  received: ReceivedMessage,
): Promise<Conversation> => {
  const { seen, inner } = received
  const change = changeIn(received)
  const { settle } = await orderOf(tables, rest, known.tag, received)
  const whose = { conversation: known.tag, peer: seen.from, own: inner?.to ?? seen.from }
  const changed = change && (await takeChange(tables, rest, whose, change))
  const next = { ...afterAny(known, received), ...afterMoves(known, await settle(undefined)) }
  if (changed === undefined || change?.kind !== 'react') return next
  return withReaction(next, { own: false, at: change.at, id: change.id, target: changed })
}

/**
 * Stores a message that was opened and checked, with the replay guard's memory of it, in one transaction: whenever the
 * page ends, it is either taken or comes again. Also called for copies by other ways, which add nothing.
 * @param now unix ms, by the home server's time: what has vanished by then is not stored any more
 * @param file what is known of the file that it points to
 */
export const storeIncoming = (
  { db, rest }: Store,
  received: ReceivedMessage,
  { now = Date.now(), file }: { readonly now?: number; readonly file?: FileFacts | undefined } = {},
): Promise<Taken> => {
  const { seen, body, relay } = received
  const tag = conversationTag(rest, seen.from)
  return transact(
    db,
    [
      'guard',
      'messages',
      'conversations',
      'links',
      'steps',
      'changes',
      'words',
      'files',
      'file_parts',
      'invitations',
      'faces',
    ],
    async (tx): Promise<Taken> => {
      const guard = createReplayGuard(replayStoreIn(tx.objectStore('guard'), rest))
      const isNew = await guard.remember(seen)
      const conversations = tx.objectStore('conversations')
      const row = await conversations.get(tag)
      const known = row ? openConversation(rest, row) : beginning(rest, received)
      if (!isNew || !isContent(body) || known.standing === 'blocked') {
        // A copy: the home server was faster, but this is a relay they use.
        if (row && relay !== undefined && known.via_relay === undefined) {
          await conversations.put(sealConversation(rest, { ...known, via_relay: relay }))
        }
        if (isNew && row && body.type === 'kez-visual-key' && known.standing !== 'blocked') {
          const faces = tx.objectStore('faces')
          await faces.put(faceWithKey(rest, tag, await faces.get(tag), body))
          return { isNew, face: tag }
        }
        return { isNew }
      }
      const tables = {
        ...{ messages: tx.objectStore('messages'), words: tx.objectStore('words'), steps: tx.objectStore('steps') },
        ...{ links: tx.objectStore('links'), changes: tx.objectStore('changes'), guard: tx.objectStore('guard') },
        ...{ files: tx.objectStore('files'), parts: tx.objectStore('file_parts') },
      }
      const isGone = (expiryOf(body, seen.sentAt) ?? now + 1) <= now
      const isShown = !isGone && changeIn(received) === undefined
      const admitted = isShown && (await isInvited(tx.objectStore('invitations'), rest, received, known, now))
      const met = admitted ? { ...known, standing: 'accepted' as const, invited: true } : known
      const next = isShown
        ? await show(tables, rest, met, received, file)
        : await takeQuietly(tables, rest, known, received)
      // Of what is not shown no file stays either.
      if (isGone) await dropUnshown(tables, rest, tag, received)
      // Somebody of whom there is nothing to show begins no talk.
      if (isShown || row) await conversations.put(sealConversation(rest, next))
      return { isNew, ...(isShown || row ? { conversation: tag } : {}), ...(admitted ? { admitted } : {}) }
    },
  )
}
