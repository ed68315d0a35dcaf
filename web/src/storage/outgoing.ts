import type { Bytes } from '@kez-chat/identity'
import { createReplayGuard, innerHash, MAX_MESSAGE_AGE_MS, MAX_MESSAGE_LEAD_MS } from '@kez-chat/messaging'
import { anew, OutgoingRecord, type Prepared } from '@kez-chat/nostr-client'
import { z } from 'zod'
import type { AtRest } from './at-rest.ts'
import { textBodyOf } from './changed.ts'
import { conversationTag, openConversation, sealConversation, withTimer } from './conversation.ts'
import { StorageError } from './errors.ts'
import { forgetMessage, forgetTables, forgottenWith, outgoingTag } from './forget-message.ts'
import { type FileFacts, messageTag, openMessage, sealMessage, withoutToken } from './message.ts'
import { replayStoreIn } from './replay-store.ts'
import type { Store } from './store.ts'
import { transact } from './transact.ts'
import { indexWords } from './words.ts'

const Stored = z.object({
  v: z.literal(1),
  /** Refused on every way: waits for the person to try again. */
  held: z.boolean(),
  record: OutgoingRecord,
})

/** A message on its way, or held back. */
export type Outgoing = { readonly held: boolean; readonly record: OutgoingRecord }
type Row = { tag: string; box: Bytes }

export const sealOutgoing = (rest: AtRest, { held, record }: Outgoing): Row => {
  const tag = outgoingTag(rest, record.inner_id)
  return { tag, box: rest.seal(`outgoing/${tag}`, { v: 1, held, record }) }
}

export const openOutgoing = (rest: AtRest, { tag, box }: Row): Outgoing => {
  const { held, record } = Stored.parse(rest.open(`outgoing/${tag}`, box))
  return { held, record }
}

/** Changes or, with undefined, removes what is stored of a message on its way, in one transaction. */
export const changeOutgoing = (
  { db, rest }: Store,
  innerId: string,
  next: (now: Outgoing | undefined) => Outgoing | undefined,
): Promise<void> =>
  transact(db, ['outgoing'], async (tx) => {
    const tag = outgoingTag(rest, innerId)
    const outgoing = tx.objectStore('outgoing')
    const row = await outgoing.get(tag)
    const changed = next(row && openOutgoing(rest, row))
    if (changed) await outgoing.put(sealOutgoing(rest, changed))
    else if (row) await outgoing.delete(tag)
  })

/**
 * Stores a message together with its sealed envelope, before anything is sent: from here on it survives a reload, and
 * every attempt sends the same bytes. Fails with `damaged` when the conversation is gone.
 */
export const storeOutgoing = ({ db, rest }: Store, { inner, record }: Prepared, file?: FileFacts): Promise<number> => {
  const tag = conversationTag(rest, inner.to)
  const sentAt = record.sent_at
  return transact(db, ['guard', 'messages', 'conversations', 'outgoing', 'words'], async (tx) => {
    const conversations = tx.objectStore('conversations')
    const row = await conversations.get(tag)
    if (!row) throw new StorageError('damaged', 'the conversation is gone')
    // Whoever is written to is no stranger any more.
    const next = { ...openConversation(rest, row), standing: 'accepted' as const, own_head: innerHash(inner) }
    const timer = textBodyOf(inner)?.timer
    const set = timer && withTimer(next, { ttl: timer.ttl, at: sentAt, id: inner.id, own: true })
    await conversations.put(sealConversation(rest, set ?? next))
    // A note to oneself comes back through the own inbox, and is here already.
    const guard = createReplayGuard(replayStoreIn(tx.objectStore('guard'), rest))
    await guard.remember({ from: inner.from, innerId: inner.id, sentAt })
    const delivery = { state: 'sending' as const, at: sentAt }
    const expires = record.expires_at
    const message = {
      ...{ inner_id: inner.id, body: withoutToken(inner.body), at: sentAt, delivery },
      ...(expires === undefined ? {} : { expires_at: expires }),
      ...(file ? { file } : {}),
    }
    const n = await tx.objectStore('messages').add({
      ...{ conversation: tag, inner: messageTag(rest, inner.id, 'own'), box: sealMessage(rest, tag, message) },
      ...(expires === undefined ? {} : { expires }),
    })
    await indexWords(tx.objectStore('words'), rest, n, message)
    await tx.objectStore('outgoing').put(sealOutgoing(rest, { held: false, record }))
    return n
  })
}

// Dated further ahead than this, it could be refused when it is opened.
const mostAhead = MAX_MESSAGE_LEAD_MS - 60_000

/** Whether a wrong clock has dated it so far ahead that whoever opened it would refuse it; `now` by the home server's time. */
export const isMisdated = ({ sent_at: sentAt }: OutgoingRecord, now: number): boolean => sentAt - now > mostAhead

/**
 * Lets a message that every way had refused try again: the same bytes, so that it counts once. False when it is too old
 * to be read, or nothing is kept of it: then it has to be written anew.
 */
export const releaseOutgoing = ({ db, rest }: Store, n: number, now: number): Promise<boolean> =>
  transact(db, ['messages', 'outgoing'], async (tx) => {
    const row = await tx.objectStore('messages').get(n)
    if (!row) return false
    const { v: _version, n: _n, ...message } = openMessage(rest, row)
    const waiting = await tx.objectStore('outgoing').get(outgoingTag(rest, message.inner_id))
    if (!waiting) return false
    const { held, record } = openOutgoing(rest, waiting)
    if (now - record.sent_at > MAX_MESSAGE_AGE_MS || isMisdated(record, now)) return false
    if (held) {
      const delivery = { state: 'sending' as const, at: now }
      await tx.objectStore('outgoing').put(sealOutgoing(rest, { held: false, record: anew(record, now) }))
      await tx
        .objectStore('messages')
        .put({ ...row, box: sealMessage(rest, row.conversation, { ...message, delivery }) })
    }
    return true
  })

/** Removes a message from this device, with its file, and with its envelope if that still waits: then it is not sent. */
export const discardMessage = ({ db, rest }: Store, n: number): Promise<void> =>
  transact(db, [...forgottenWith], (tx) => forgetMessage(forgetTables(tx), rest, n))
