import { MAX_MESSAGE_AGE_MS } from '@kez-chat/messaging'
import type { MessageStatus } from '@kez-chat/nostr-client'
import type { AtRest } from './at-rest.ts'
import type { Delivery } from './delivery.ts'
import { messageTag, openMessage, sealMessage } from './message.ts'
import { changeStanding, type SentChangeTables } from './sent-change.ts'
import type { Store } from './store.ts'
import { transact } from './transact.ts'

const failureOf = ({ routes: { home, relay } }: MessageStatus, sentAt: number, now: number): string => {
  if (now - sentAt > MAX_MESSAGE_AGE_MS) return 'expired'
  return home.reason ?? relay.reason ?? 'refused'
}

/** The relays that took it have taken it, also when this start of the app has not asked them. */
const fates = (before: Delivery | undefined, status: MessageStatus): NonNullable<Delivery['relays']> => {
  const known = new Map((before?.relays ?? []).map((fate) => [fate.relay, fate]))
  for (const fate of status.relays) {
    if (known.get(fate.relay)?.state !== 'accepted' || fate.state === 'accepted') known.set(fate.relay, fate)
  }
  return [...known.values()]
}

/** What is stored of how a message stands, after the courier's newest word. */
export const deliveryAfter = (
  before: Delivery | undefined,
  status: MessageStatus,
  sentAt: number,
  now: number,
): Delivery => ({
  ...{ state: status.state, at: before?.state === status.state ? before.at : now },
  ...(status.state === 'failed' ? { code: failureOf(status, sentAt, now) } : {}),
  ...(status.via === undefined ? {} : { via: status.via }),
  ...{ routes: { home: { ...status.routes.home }, relay: { ...status.routes.relay } }, relays: fates(before, status) },
  ...(status.delivered ? { delivered: { ...status.delivered } } : {}),
  ...(status.hinted ? { hinted: true } : {}),
})

/**
 * Writes down how a message, or what was done to one, stands. Returns the conversation, or undefined when there is nothing
 * to write down: the message is gone, or the change was taken before.
 */
export const noteDelivery = ({ db, rest }: Store, status: MessageStatus, now: number): Promise<string | undefined> =>
  transact(db, ['messages', 'changes'], async (tx) => {
    const messages = tx.objectStore('messages')
    const n = await messages.index('inner').getKey(messageTag(rest, status.innerId, 'own'))
    const row = n === undefined ? undefined : await messages.get(n)
    if (!row) return noteChange({ messages, changes: tx.objectStore('changes') }, rest, status, now)
    const { v: _version, n: _n, ...message } = openMessage(rest, row)
    const delivery = deliveryAfter(message.delivery, status, message.at, now)
    await messages.put({ ...row, box: sealMessage(rest, row.conversation, { ...message, delivery }) })
    return row.conversation
  })

const noteChange = (
  tables: SentChangeTables,
  rest: AtRest,
  { innerId, state, ...status }: MessageStatus,
  now: number,
): Promise<string | undefined> =>
  changeStanding(tables, rest, innerId, (sentAt) => {
    if (state === 'sent' || state === 'delivered') return 'taken'
    return state === 'sending' ? { state } : { state, code: failureOf({ innerId, state, ...status }, sentAt, now) }
  })
