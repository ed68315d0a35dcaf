import type { PrimaryId } from '@kez-chat/identity'
import type { AtRest } from './at-rest.ts'
import {
  type Conversation,
  conversationTag,
  newConversation,
  openConversation,
  sealConversation,
} from './conversation.ts'
import type { Schema } from './database.ts'
import { openDraft } from './draft.ts'
import { openMessage, type StoredMessage } from './message.ts'
import type { Store } from './store.ts'
import { transact } from './transact.ts'
import { whole } from './whole.ts'

/** A conversation as the list shows it. */
export type Summary = {
  readonly conversation: Conversation
  readonly last: StoredMessage | undefined
  /** What was being written and not sent. */
  readonly draft: string
  /** What was last thought of a message, when nothing was said since: by whom, and of what. */
  readonly reaction?: { readonly own: boolean; readonly emoji: string; readonly message: StoredMessage }
}

export const readConversation = async ({ db, rest }: Store, tag: string): Promise<Conversation | undefined> => {
  const row = await db.get('conversations', tag)
  return row && openConversation(rest, row)
}

/** Whose talk each tag names, the own one included. A damaged record names nobody. */
export const listPeers = async ({ db, rest }: Store, own: PrimaryId): Promise<Map<string, PrimaryId>> => {
  const rows = await db.getAll('conversations')
  const known = rows.flatMap((row) => whole(() => openConversation(rest, row)) ?? [])
  return new Map([[conversationTag(rest, own), own], ...known.map(({ tag, primary }) => [tag, primary] as const)])
}

/** What was thought of a message since time `since`, if that still holds. */
const lastReaction = async (
  messages: {
    get(n: number): Promise<Schema['messages']['value'] | undefined>
    index(name: 'inner'): { getKey(tag: string): Promise<number | undefined> }
  },
  rest: AtRest,
  { reacted }: Conversation,
  since: number,
): Promise<Summary['reaction']> => {
  if (!reacted || reacted.at < since) return undefined
  const { target, own, id } = reacted
  const n = await messages.index('inner').getKey(target)
  const row = n === undefined ? undefined : await messages.get(n)
  const message = row && openMessage(rest, row)
  const emoji = message?.changes?.reactions.find((reaction) => reaction.id === id)?.emoji
  return message && emoji !== undefined ? { own, emoji, message } : undefined
}

export const readSummary = async ({ db, rest }: Store, tag: string): Promise<Summary | undefined> => {
  const tx = db.transaction(['conversations', 'messages', 'drafts'])
  const row = await tx.objectStore('conversations').get(tag)
  if (!row) return undefined
  const messages = tx.objectStore('messages')
  const newest = await messages.index('conversation').openCursor(IDBKeyRange.only(tag), 'prev')
  const conversation = openConversation(rest, row)
  const last = newest ? openMessage(rest, newest.value) : undefined
  const reaction = await lastReaction(messages, rest, conversation, last?.at ?? 0)
  const draft = openDraft(rest, await tx.objectStore('drafts').get(tag)).text
  return { conversation, last, draft, ...(reaction ? { reaction } : {}) }
}

export const listSummaries = async (store: Store): Promise<Summary[]> => {
  const tags = await store.db.getAllKeys('conversations')
  const summaries = await Promise.all(tags.map((tag) => readSummary(store, tag)))
  return summaries.filter((summary) => summary !== undefined)
}

/** Everybody there is talk with, in the order in which it began. */
export const listConversations = async ({ db, rest }: Store): Promise<Conversation[]> =>
  (await db.getAll('conversations'))
    .map((row) => openConversation(rest, row))
    .toSorted((a, b) => a.created_at - b.created_at)

const change = (
  { db, rest }: Store,
  tag: string,
  next: (row: Conversation | undefined) => Conversation | undefined,
): Promise<void> =>
  transact(db, ['conversations'], async (tx) => {
    const conversations = tx.objectStore('conversations')
    const row = await conversations.get(tag)
    const changed = next(row && openConversation(rest, row))
    if (changed) await conversations.put(sealConversation(rest, changed))
  })

/** Who we write to, and how we came to know of them. */
export type Meeting = { readonly nostr?: string | undefined; readonly invitation?: string | undefined }

/**
 * Begins talk with a person a lookup has just found, whom the reader wants to write to. Only unblocking ends a block.
 * Returns the tag.
 */
export const meet = async (
  store: Store,
  primary: PrimaryId,
  handle: string,
  { nostr, invitation }: Meeting = {},
): Promise<string> => {
  const tag = conversationTag(store.rest, primary)
  await change(store, tag, (known) => ({
    ...(known ?? newConversation(store.rest, primary, Date.now())),
    standing: known?.standing === 'blocked' ? 'blocked' : 'accepted',
    handle,
    ...(nostr === undefined ? {} : { nostr }),
    ...(invitation === undefined ? {} : { invitation }),
  }))
  return tag
}

/** A lookup has shown that the handle is theirs: that alone accepts nobody. */
export const confirmHandle = (store: Store, tag: string, handle: string, nostr?: string): Promise<void> =>
  change(store, tag, (known) => known && { ...known, handle, ...(nostr === undefined ? {} : { nostr }) })

/** What the reader decides about a conversation. */
export type Arrangement = Partial<Pick<Conversation, 'standing' | 'archived' | 'unread'>>

/** For how long nothing is told of a conversation: not at all, until a time (unix ms), or until it is taken back. */
export type Mute = 'no' | { readonly until: number } | 'for_good'

export const arrange = (store: Store, tag: string, arrangement: Arrangement): Promise<void> =>
  change(store, tag, (known) => known && { ...known, ...arrangement })

export const mute = (store: Store, tag: string, how: Mute): Promise<void> =>
  change(store, tag, (known) => {
    if (!known) return undefined
    const { muted_until: _over, ...rest } = known
    return { ...rest, muted: how === 'for_good', ...(typeof how === 'object' ? { muted_until: how.until } : {}) }
  })

/** Takes out the time of a mute that is over; one that was set anew meanwhile stays. */
export const endMute = (store: Store, tag: string, now: number): Promise<void> =>
  change(store, tag, (known) => {
    if (known?.muted_until === undefined || known.muted_until > now) return undefined
    const { muted_until: _over, ...rest } = known
    return rest
  })

/** Everything up to message `upTo` has been seen, or everything there is; what came later stays unread. */
export const markRead = ({ db, rest }: Store, tag: string, upTo = Number.POSITIVE_INFINITY): Promise<void> =>
  transact(db, ['conversations', 'messages'], async (tx) => {
    const conversations = tx.objectStore('conversations')
    const row = await conversations.get(tag)
    const known = row && openConversation(rest, row)
    let later = 0
    let from: number | undefined
    let cursor = await tx.objectStore('messages').index('conversation').openKeyCursor(IDBKeyRange.only(tag), 'prev')
    while (known && cursor && cursor.primaryKey > upTo && later < known.unread) {
      later++
      from = cursor.primaryKey
      cursor = await cursor.continue()
    }
    if (!known || (later === known.unread && from === known.unread_from)) return
    await conversations.put(sealConversation(rest, { ...known, unread: later, unread_from: from }))
  })
