import { randomBytes, toHex } from '@kez-chat/identity'
import { createFileBody, type OutgoingFile } from '@kez-chat/messaging'
import type { Prepared } from '@kez-chat/nostr-client'
import type { Session } from '../session/session.ts'
import { readConversation } from '../storage/conversations.ts'
import { StorageError } from '../storage/errors.ts'
import type { FileFacts, ImageFacts } from '../storage/message.ts'
import { storeOutgoing } from '../storage/outgoing.ts'
import { storeOutgoingFile } from '../storage/outgoing-file.ts'
import { sealInTurn, ttlOf } from '../thread/send.ts'

export type FileToSend = Omit<OutgoingFile, 'ttl'> & {
  /** How large the picture is, if it is to be shown as one. */
  readonly image?: ImageFacts | undefined
}

/** As long as anything that may stand there: whether a file fits must not depend on it. */
const longest = { authors: ['0', '1'].map((digit) => digit.repeat(64)), prev: `sha256:${'0'.repeat(64)}` }

let lastSent = 0

/**
 * Stores a file with the message it goes in; the tab that leads sends it. Fails with StorageError, and then nothing of it
 * is stored.
 */
export const sendFile = async (session: Session, tag: string, { image, ...file }: FileToSend): Promise<void> => {
  const { store } = session
  const conversation = await readConversation(store, tag)
  const sender = session.sender()
  if (!conversation || !sender) throw new StorageError('damaged', 'nobody to write to')
  const { primary: to } = conversation
  // Of several at once each has a time of its own, by which they keep their order.
  const now = session.now()
  const sentAt = lastSent >= now && lastSent - now < 1_000 ? lastSent + 1 : now
  lastSent = sentAt
  const from = session.key.primary
  const body = await createFileBody(
    { ...file, ttl: ttlOf(conversation) },
    { from, fromHandle: sender.fromHandle, to, sentAt, ...longest },
  )
  const facts: FileFacts | undefined = image && { state: 'whole', image }
  if (body.mode === 'inline') {
    const keep = (prepared: Prepared): Promise<number> => storeOutgoing(store, prepared, facts)
    await sealInTurn(session, tag, () => body, keep, sentAt)
    return
  }
  await storeOutgoingFile(store, {
    ...{ from, to, innerId: toHex(randomBytes(16)), pointer: body, data: file.data, image, sentAt },
    secret: toHex(randomBytes(32)),
  })
  session.changed(tag)
  session.kick()
  // Whoever is written to is no stranger any more: what waited for that is confirmed.
  if (conversation.standing === 'request') session.contactAccepted(tag)
}
