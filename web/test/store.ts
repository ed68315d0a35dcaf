import 'fake-indexeddb/auto'
import { type Bytes, randomBytes, toHex } from '@kez-chat/identity'
import {
  createInner,
  type Inner,
  type MessagingKey,
  messagingKeyFromSeed,
  open,
  seal,
  transportKeyFromSeed,
} from '@kez-chat/messaging'
import { prepareMessage, type ReceivedMessage, type Saying } from '@kez-chat/nostr-client'
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

export const textFrom = (
  from: MessagingKey,
  to: MessagingKey,
  text: string,
  sentAt = Date.now(),
  prev?: string,
): Inner =>
  createInner({
    ...{ from: from.primary, fromHandle: 'bob@kez.test', to: to.primary, body: { type: 'text', text }, sentAt },
    ...(prev === undefined ? {} : { prev }),
  })

/** A message as the courier hands it over: really sealed, opened and checked; `relay` = that brought it. */
export const receivedBy = async (
  inner: Inner,
  from: MessagingKey,
  to: MessagingKey,
  relay?: string,
): Promise<ReceivedMessage> => {
  const { body, sentAt, outerId } = await open(await seal(inner, from), to, { now: Date.now() })
  const seen = { from: inner.from, innerId: inner.id, sentAt }
  return { seen, body, inner, outerId, ...(relay ? { route: 'relay', relay } : { route: 'home' }) }
}

/** The newest `count` messages of a conversation, oldest first. */
export const readMessages = async (store: Store, tag: string, { count }: { count: number }): Promise<StoredMessage[]> =>
  openMessages(store, tag, (await messageNumbers(store, tag)).slice(-count))

/** A message as the app seals it, for both ways. */
export const prepared = (from: MessagingKey, to: MessagingKey, text: string, more: Partial<Saying> = {}) =>
  prepareMessage(
    {
      ...{ key: from, transportKey: transportKeyFromSeed(randomBytes(32)), fromHandle: 'bob@kez.test' },
      ways: { home: true, relay: true },
    },
    { to: to.primary, body: { type: 'text', text }, ...more },
  )
