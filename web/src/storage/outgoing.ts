import type { Bytes } from '@kez-chat/identity'
import { createReplayGuard, type Inner, innerHash, parseEnvelope, type SealedEnvelope } from '@kez-chat/messaging'
import { z } from 'zod'
import type { AtRest } from './at-rest.ts'
import { conversationTag, openConversation, sealConversation } from './conversation.ts'
import type { Delivery } from './delivery.ts'
import { StorageError } from './errors.ts'
import { openMessage, sealMessage } from './message.ts'
import { replayStoreIn } from './replay-store.ts'
import type { Store } from './store.ts'
import { indexWords } from './words.ts'

const Record = z.object({
  v: z.literal(1),
  conversation: z.string(),
  /** `handle@server` of the recipient. */
  to: z.string(),
  sent_at: z.number(),
  envelope: z.unknown(),
  /** Refused for good: waits for the person to try again. */
  held: z.boolean(),
})

/** A sealed envelope waiting to be accepted by the recipient's home server. */
export type Pending = {
  readonly n: number
  readonly conversation: string
  readonly to: string
  readonly sent_at: number
  readonly envelope: SealedEnvelope
}

const sealPending = (rest: AtRest, { n, ...facts }: Pending, held: boolean): { n: number; box: Bytes } => ({
  n,
  box: rest.seal(`outbox/${n}`, { v: 1, held, ...facts }),
})

const openPending = (rest: AtRest, { n, box }: { n: number; box: Bytes }): Pending & { held: boolean } => {
  const { v: _version, envelope, ...facts } = Record.parse(rest.open(`outbox/${n}`, box))
  return { n, ...facts, envelope: parseEnvelope(envelope) }
}

/**
 * Stores a message together with its sealed envelope, before anything is sent: from here on it survives a reload, and
 * every attempt sends the same bytes. Fails with `damaged` when the conversation is gone.
 */
export const storeOutgoing = async (
  { db, rest }: Store,
  inner: Inner,
  { to, envelope }: { to: string; envelope: SealedEnvelope },
): Promise<Pending> => {
  const tag = conversationTag(rest, inner.to)
  const sentAt = Date.parse(inner.sent_at)
  const tx = db.transaction(['guard', 'messages', 'conversations', 'outbox', 'words'], 'readwrite')
  const conversations = tx.objectStore('conversations')
  const row = await conversations.get(tag)
  if (!row) throw new StorageError('damaged', 'the conversation is gone')
  // Whoever is written to is no stranger any more.
  const next = { ...openConversation(rest, row), standing: 'accepted' as const, own_head: innerHash(inner) }
  await conversations.put(sealConversation(rest, next))
  // A note to oneself comes back through the own inbox, and is here already.
  const guard = createReplayGuard(replayStoreIn(tx.objectStore('guard'), rest))
  await guard.remember({ from: inner.from, innerId: inner.id, sentAt })
  const message = {
    inner_id: inner.id,
    body: inner.body,
    at: sentAt,
    delivery: { state: 'sending' as const, at: sentAt },
  }
  const n = await tx.objectStore('messages').add({ conversation: tag, box: sealMessage(rest, tag, message) })
  await indexWords(tx.objectStore('words'), rest, n, message)
  const pending = { n, conversation: tag, to, sent_at: sentAt, envelope }
  await tx.objectStore('outbox').put(sealPending(rest, pending, false))
  await tx.done
  return pending
}

/** What is still to be sent, oldest first. */
export const listPending = async ({ db, rest }: Store): Promise<Pending[]> =>
  (await db.getAll('outbox')).map((row) => openPending(rest, row)).filter(({ held }) => !held)

/** Notes how sending went: `sent` ends the waiting, `failed` holds the envelope back, `sending` lets it try again. */
export const settle = async ({ db, rest }: Store, n: number, delivery: Delivery): Promise<void> => {
  const tx = db.transaction(['messages', 'outbox'], 'readwrite')
  const messages = tx.objectStore('messages')
  const outbox = tx.objectStore('outbox')
  const [row, waiting] = [await messages.get(n), await outbox.get(n)]
  if (row && waiting) {
    const { v: _version, n: _n, ...message } = openMessage(rest, row)
    await messages.put({ ...row, box: sealMessage(rest, row.conversation, { ...message, delivery }) })
    if (delivery.state === 'sent') await outbox.delete(n)
    else {
      const { held: _held, ...pending } = openPending(rest, waiting)
      await outbox.put(sealPending(rest, pending, delivery.state === 'failed'))
    }
  }
  await tx.done
}

/** Removes a message from this device, with its envelope if that still waits: then it is not sent. */
export const discardMessage = async ({ db }: Store, n: number): Promise<void> => {
  const tx = db.transaction(['messages', 'outbox', 'words'], 'readwrite')
  const places = ['messages', 'outbox', 'words'] as const
  await Promise.all([...places.map((name) => tx.objectStore(name).delete(n)), tx.done])
}
