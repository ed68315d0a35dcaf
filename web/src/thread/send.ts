import { utf8 } from '@kez-chat/identity'
import { prepareMessage } from '@kez-chat/nostr-client'
import type { Session } from '../session/session.ts'
import { readConversation } from '../storage/conversations.ts'
import { StorageError } from '../storage/errors.ts'
import { storeOutgoing } from '../storage/outgoing.ts'

const mostBytes = 60 * 1024

/** Whether a text is short enough for one message. */
export const fits = (text: string): boolean => text.length <= mostBytes && utf8(text).length <= mostBytes

// What a keyboard or a paste can leave in a text although no signed document may hold it.
const clean = (text: string): string => text.toWellFormed().replaceAll('\0', '')

/**
 * Seals a text and stores it with its envelope; the tab that leads sends it. A lock over all tabs keeps the chain of
 * `prev` in one piece.
 */
export const sendText = async (session: Session, tag: string, text: string): Promise<void> => {
  const wasRequest = await navigator.locks.request('kez-chat-seal', async () => {
    const conversation = await readConversation(session.store, tag)
    const sender = session.sender()
    if (!conversation || !sender) throw new StorageError('damaged', 'nobody to write to')
    const { primary: to, own_head: prev, invitation } = conversation
    const saying = {
      ...{ to, sentAt: session.now() },
      body: { type: 'text', text: clean(text), ...(invitation === undefined ? {} : { invitation }) },
      ...(prev === undefined ? {} : { prev }),
    }
    await storeOutgoing(session.store, await prepareMessage(sender, saying))
    return conversation.standing === 'request'
  })
  session.changed(tag)
  session.kick()
  // Whoever is written to is no stranger any more: what waited for that is confirmed.
  if (wasRequest) session.contactAccepted(tag)
}
