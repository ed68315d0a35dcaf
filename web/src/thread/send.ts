import { utf8 } from '@kez-chat/identity'
import type { MessageRef } from '@kez-chat/messaging'
import { type Prepared, prepareMessage, type Saying } from '@kez-chat/nostr-client'
import type { Session } from '../session/session.ts'
import type { Conversation } from '../storage/conversation.ts'
import { readConversation } from '../storage/conversations.ts'
import { StorageError } from '../storage/errors.ts'
import { storeOutgoing } from '../storage/outgoing.ts'

const mostBytes = 60 * 1024

/** Whether a text is short enough for one message. */
export const fits = (text: string): boolean => text.length <= mostBytes && utf8(text).length <= mostBytes

/** What a keyboard or a paste can leave in a text although no signed document may hold it is left out. */
export const clean = (text: string): string => text.toWellFormed().replaceAll('\0', '')

/** The time to live that a conversation is set to, in seconds. */
export const ttlOf = ({ timer }: Pick<Conversation, 'timer'>): number | undefined =>
  timer && timer.ttl > 0 ? timer.ttl : undefined

/** A body with that. */
export const withTtl = <Body extends object>(
  body: Body,
  conversation: Pick<Conversation, 'timer'>,
): Body & { readonly ttl?: number } => {
  const ttl = ttlOf(conversation)
  return ttl === undefined ? body : { ...body, ttl }
}

/**
 * Seals a body and stores it with its envelope, as `keep` does it; the tab that leads sends it. A lock over all tabs keeps
 * the chain of `prev` in one piece.
 */
export const sealInTurn = async <T>(
  session: Session,
  tag: string,
  bodyOf: (conversation: Conversation) => Saying['body'],
  keep: (prepared: Prepared) => Promise<T>,
  sentAt: number = session.now(),
): Promise<T> => {
  const { kept, wasRequest } = await navigator.locks.request('kez-chat-seal', async () => {
    const conversation = await readConversation(session.store, tag)
    const sender = session.sender()
    if (!conversation || !sender) throw new StorageError('damaged', 'nobody to write to')
    const { primary: to, own_head: prev } = conversation
    const saying = { to, body: bodyOf(conversation), sentAt, ...(prev === undefined ? {} : { prev }) }
    const kept = await keep(await prepareMessage(sender, saying))
    return { kept, wasRequest: conversation.standing === 'request' }
  })
  session.changed(tag)
  session.kick()
  // Whoever is written to is no stranger any more: what waited for that is confirmed.
  if (wasRequest) session.contactAccepted(tag)
  return kept
}

/** Writes a text, perhaps in answer to a message. */
export const sendText = async (session: Session, tag: string, text: string, reply?: MessageRef): Promise<void> => {
  const body = { type: 'text', text: clean(text), ...(reply ? { reply } : {}) } as const
  await sealInTurn(
    session,
    tag,
    (conversation) => {
      const { invitation } = conversation
      return withTtl({ ...body, ...(invitation === undefined ? {} : { invitation }) }, conversation)
    },
    (prepared) => storeOutgoing(session.store, prepared),
  )
}
