import { randomBytes } from '@kez-chat/identity'
import { createInner, type Inner, messagingKeyFromSeed } from '@kez-chat/messaging'

export const count = 1_000

export const senderSeed = randomBytes(32)
export const readerSeed = randomBytes(32)
export const sender = messagingKeyFromSeed(senderSeed)
export const reader = messagingKeyFromSeed(readerSeed)

/** A thousand different texts of a usual length. */
export const inners = (): Inner[] =>
  Array.from({ length: count }, (_, n) =>
    createInner({
      from: sender.primary,
      fromHandle: 'alice@example.org',
      to: reader.primary,
      body: { type: 'text', text: `${n} Yes! I am bringing the tent and whatever is left of the cheese.` },
      sentAt: Date.now(),
    }),
  )
