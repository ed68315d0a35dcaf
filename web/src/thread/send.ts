import { utf8 } from '@kez-chat/identity'
import { createInner, seal } from '@kez-chat/messaging'
import type { Session } from '../session/session.ts'
import { readSummary } from '../storage/conversations.ts'
import { StorageError } from '../storage/errors.ts'
import { storeOutgoing } from '../storage/outgoing.ts'

const mostBytes = 60 * 1024

/** Whether a text is short enough for one message. */
export const fits = (text: string): boolean => text.length <= mostBytes && utf8(text).length <= mostBytes

// What a keyboard or a paste can leave in a text although no signed document may hold it.
const clean = (text: string): string => text.toWellFormed().replaceAll('\0', '')

/**
 * Seals a text and stores it with its envelope; the outbox does the rest. A lock over all tabs keeps the chain of
 * `prev` in one piece.
 */
export const sendText = async (session: Session, tag: string, text: string): Promise<void> => {
  const { key, store } = session
  await navigator.locks.request('kez-chat-seal', async () => {
    const conversation = (await readSummary(store, tag))?.conversation
    const account = session.account.value
    if (!conversation?.handle || !account) throw new StorageError('damaged', 'nobody to write to')
    const inner = createInner({
      from: key.primary,
      fromHandle: `${account.handle}@${account.server}`,
      to: conversation.primary,
      body: { type: 'text', text: clean(text) },
      sentAt: session.now(),
      ...(conversation.own_head === undefined ? {} : { prev: conversation.own_head }),
    })
    await storeOutgoing(store, inner, { to: conversation.handle, envelope: await seal(inner, key) })
  })
  session.changed(tag)
  session.kick()
}
