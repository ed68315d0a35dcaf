import 'fake-indexeddb/auto'
import { type Bytes, randomBytes, toHex } from '@kez-chat/identity'
import {
  createInner,
  type Inner,
  type MessagingKey,
  messagingKeyFromSeed,
  type OpenedMessage,
  open,
  outerId,
  seal,
} from '@kez-chat/messaging'
import { createAtRest } from '../src/storage/at-rest.ts'
import { openDatabase } from '../src/storage/database.ts'
import { messageNumbers, openMessages } from '../src/storage/history.ts'
import type { StoredMessage } from '../src/storage/message.ts'
import type { Store } from '../src/storage/store.ts'

/** An unlocked storage of its own, on a database that nobody else has. */
export const freshStore = async (storageKey: Bytes = randomBytes(32)): Promise<Store> => ({
  db: await openDatabase(`test-${toHex(randomBytes(8))}`),
  rest: createAtRest(storageKey),
})

export const person = (): MessagingKey => messagingKeyFromSeed(randomBytes(32))

export const textFrom = (from: MessagingKey, to: MessagingKey, text: string, sentAt = Date.now()): Inner =>
  createInner({ from: from.primary, fromHandle: 'bob@kez.test', to: to.primary, body: { type: 'text', text }, sentAt })

/** A text as the home server hands it out: really sealed. */
export const arrival = async (inner: Inner, from: MessagingKey, seq: number) => {
  const envelope = { ...(await seal(inner, from)) }
  return { seq, id: outerId(envelope), envelope, via: 'https', received_at: new Date().toISOString() }
}

export const openedBy = async (inner: Inner, from: MessagingKey, to: MessagingKey): Promise<OpenedMessage> =>
  open(await seal(inner, from), to, { now: Date.now() })

/** The newest `count` messages of a conversation, oldest first. */
export const readMessages = async (store: Store, tag: string, { count }: { count: number }): Promise<StoredMessage[]> =>
  openMessages(store, tag, (await messageNumbers(store, tag)).slice(-count))
