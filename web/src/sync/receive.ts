import type { InboxMessage } from '@kez-chat/contracts'
import { MessageError, type MessagingKey, type OpenedMessage, open, parseEnvelopeJson } from '@kez-chat/messaging'
import { storeIncoming, type Taken } from '../storage/incoming.ts'
import type { Store } from '../storage/store.ts'
import { storeUnopened } from '../storage/unopened.ts'

const openArrived = async (message: InboxMessage, key: MessagingKey, now: number): Promise<OpenedMessage> => {
  const { envelope, event } = message
  const sealed = envelope ?? parseEnvelopeJson(typeof event?.content === 'string' ? event.content : '')
  // Whoever carried it: the home server keeps the copy that came first, and that may be a stranger's event.
  return open(sealed, key, { now, receivedAt: Date.parse(message.received_at) })
}

/** Takes one message of the inbox, judged by the time `now`. What cannot be opened is kept with the reason, and never holds up the next. */
export const receive = async (store: Store, key: MessagingKey, message: InboxMessage, now: number): Promise<Taken> => {
  try {
    return await storeIncoming(store, message.seq, await openArrived(message, key, now))
  } catch (error) {
    if (!(error instanceof MessageError)) throw error
    const received = { reason: error.code, received_at: Date.parse(message.received_at), message }
    await storeUnopened(store, message.seq, received)
    return { unopened: true }
  }
}
