import type { PrimaryId } from '@kez-chat/identity'
import {
  type ChunkedFileBody,
  createReplayGuard,
  expiryOf,
  innerHash,
  MAX_CHUNK_BYTES,
  MAX_MESSAGE_AGE_MS,
} from '@kez-chat/messaging'
import type { Prepared } from '@kez-chat/nostr-client'
import type { AtRest } from './at-rest.ts'
import { conversationTag, openConversation, sealConversation } from './conversation.ts'
import type { Schema } from './database.ts'
import type { Delivery } from './delivery.ts'
import { StorageError } from './errors.ts'
import { type FileInParts, fileTag, openFile, type PartRow, sealFile, sealPart } from './file-record.ts'
import { type ImageFacts, messageTag, openMessage, sealMessage } from './message.ts'
import { sealOutgoing } from './outgoing.ts'
import { replayStoreIn } from './replay-store.ts'
import type { Store } from './store.ts'
import { transact } from './transact.ts'
import { indexWords } from './words.ts'

/** A file that is to go out in parts. */
export type FileToSend = {
  readonly from: PrimaryId
  readonly to: PrimaryId
  /** Of the message that points to it: 32 hex digits. */
  readonly innerId: string
  readonly pointer: ChunkedFileBody
  readonly data: Uint8Array
  readonly image?: ImageFacts | undefined
  /** 32 bytes, hex. */
  readonly secret: string
  readonly sentAt: number
}

type Row = Schema['messages']['value']
/** What is used of the store `messages`, inside whatever transaction. */
type MessageTable = {
  get(n: number): Promise<Row | undefined>
  put(row: Row): Promise<number>
  index(name: 'inner'): { getKey(tag: string): Promise<number | undefined> }
}

const breath = 32

/**
 * Stores a file with its message, before anything is sent: all of it, or nothing. Fails with `damaged` when the
 * conversation is gone.
 */
export const storeOutgoingFile = async ({ db, rest }: Store, sending: FileToSend): Promise<void> => {
  const { pointer, innerId, sentAt, data, image } = sending
  const conversation = conversationTag(rest, sending.to)
  const tag = fileTag(rest, conversation, 'own', pointer.file_id)
  const parts: PartRow[] = []
  for (let i = 0; i < pointer.n; i++) {
    parts.push(sealPart(rest, tag, i, data.subarray(i * MAX_CHUNK_BYTES, (i + 1) * MAX_CHUNK_BYTES)))
    // Sealing 10 MiB takes a while, in which the page goes on.
    if (i % breath === breath - 1) await new Promise((resolve) => setTimeout(resolve))
  }
  const file: FileInParts = {
    ...{ from: sending.from, file_id: pointer.file_id, n: pointer.n, since: sentAt, state: 'whole', pointer },
    inner_id: innerId,
    shipment: { secret: sending.secret, sent_at: sentAt, round: 0, home: '', relay: '' },
  }
  await transact(db, ['messages', 'conversations', 'files', 'file_parts', 'words'], async (tx) => {
    const conversations = tx.objectStore('conversations')
    const row = await conversations.get(conversation)
    if (!row) throw new StorageError('damaged', 'the conversation is gone')
    // Whoever is written to is no stranger any more.
    await conversations.put(sealConversation(rest, { ...openConversation(rest, row), standing: 'accepted' }))
    const expires = expiryOf(pointer, sentAt)
    const message = {
      ...{ inner_id: innerId, body: { ...pointer }, at: sentAt, delivery: { state: 'sending' as const, at: sentAt } },
      ...(expires === undefined ? {} : { expires_at: expires }),
      file: { state: 'whole' as const, ...(image ? { image } : {}) },
    }
    const n = await tx.objectStore('messages').add({
      ...{ conversation, inner: messageTag(rest, innerId, 'own'), box: sealMessage(rest, conversation, message) },
      ...(expires === undefined ? {} : { expires }),
    })
    await indexWords(tx.objectStore('words'), rest, n, message)
    await tx.objectStore('files').put(sealFile(rest, { tag, conversation, open: true }, file))
    for (const part of parts) await tx.objectStore('file_parts').put(part)
  })
}

/**
 * Hands the message of a file over, whose parts have all been taken: from here on it goes as any other. False when it was
 * deleted meanwhile.
 */
export const storePointer = (
  { db, rest }: Store,
  { inner, record }: Prepared,
  tag: string,
  now: number,
): Promise<boolean> =>
  transact(db, ['guard', 'conversations', 'outgoing', 'files', 'messages'], async (tx) => {
    const conversation = conversationTag(rest, inner.to)
    const conversations = tx.objectStore('conversations')
    const [row, fileRow] = [await conversations.get(conversation), await tx.objectStore('files').get(tag)]
    const n = await tx
      .objectStore('messages')
      .index('inner')
      .getKey(messageTag(rest, inner.id, 'own'))
    const file = fileRow && openFile(rest, fileRow)
    if (!row || !fileRow || !file?.shipment || n === undefined) return false
    await conversations.put(sealConversation(rest, { ...openConversation(rest, row), own_head: innerHash(inner) }))
    const guard = createReplayGuard(replayStoreIn(tx.objectStore('guard'), rest))
    await guard.remember({ from: inner.from, innerId: inner.id, sentAt: record.sent_at })
    await tx.objectStore('outgoing').put(sealOutgoing(rest, { held: false, record }))
    const shipment = { ...file.shipment, pointed_at: now }
    await tx.objectStore('files').put(sealFile(rest, { ...fileRow, open: true }, { ...file, shipment }))
    return true
  })

const withDelivery = async (
  messages: MessageTable,
  rest: AtRest,
  innerId: string,
  delivery: Delivery,
): Promise<boolean> => {
  const n = await messages.index('inner').getKey(messageTag(rest, innerId, 'own'))
  const row = n === undefined ? undefined : await messages.get(n)
  if (!row) return false
  const { v: _version, n: _n, ...message } = openMessage(rest, row)
  await messages.put({ ...row, box: sealMessage(rest, row.conversation, { ...message, delivery }) })
  return true
}

/** Its parts were refused by every way, or it is too old. False when its message is gone. */
export const failFile = ({ db, rest }: Store, innerId: string, code: string, now: number): Promise<boolean> =>
  transact(db, ['messages'], (tx) =>
    withDelivery(tx.objectStore('messages'), rest, innerId, { state: 'failed', at: now, code }),
  )

/**
 * Has the parts of a file sent (again): those that no way has taken of one that failed, all of them of one that was sent
 * and not confirmed. False when it is too old to be read, or not here: then it has to be sent anew.
 */
export const resumeFile = ({ db, rest }: Store, tag: string, now: number): Promise<boolean> =>
  transact(db, ['files', 'messages'], async (tx) => {
    const row = await tx.objectStore('files').get(tag)
    const file = row && openFile(rest, row)
    if (!row || !file?.shipment || file.inner_id === undefined) return false
    const { shipment } = file
    if (now - shipment.sent_at > MAX_MESSAGE_AGE_MS) return false
    const again = { ...shipment, round: shipment.round + 1, home: '', relay: '', pointed_at: now }
    const next = shipment.pointed_at === undefined ? { ...shipment, round: shipment.round + 1 } : again
    await tx.objectStore('files').put(sealFile(rest, { ...row, open: true }, { ...file, shipment: next }))
    if (shipment.pointed_at !== undefined) return true
    return withDelivery(tx.objectStore('messages'), rest, file.inner_id, { state: 'sending', at: now })
  })
