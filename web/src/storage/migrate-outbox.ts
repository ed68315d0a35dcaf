import { parseEnvelope } from '@kez-chat/messaging'
import { adoptEnvelope } from '@kez-chat/nostr-client'
import { z } from 'zod'
import { openConversation } from './conversation.ts'
import { messageTag, openMessage } from './message.ts'
import { sealOutgoing } from './outgoing.ts'
import type { Store } from './store.ts'
import { whole } from './whole.ts'

/** What a version that knew the home server alone had waiting to be sent. */
const Waiting = z.object({
  v: z.literal(1),
  conversation: z.string(),
  to: z.string(),
  sent_at: z.number(),
  envelope: z.unknown(),
  /** Refused for good: waits for the person to try again. */
  held: z.boolean(),
})

/** Hands what an earlier version had waiting over to the courier: the same envelope, so it counts once. One transaction. */
export const migrateOutbox = async ({ db, rest }: Store): Promise<void> => {
  if ((await db.count('outbox')) === 0) return
  const tx = db.transaction(['outbox', 'outgoing', 'messages', 'conversations'], 'readwrite')
  const messages = tx.objectStore('messages')
  for (const { n, box } of await tx.objectStore('outbox').getAll()) {
    const waiting = whole(() => Waiting.parse(rest.open(`outbox/${n}`, box)))
    // A damaged record cannot be sent; it stays, and holds nothing up.
    if (!waiting) continue
    const row = await messages.get(n)
    const conversation = await tx.objectStore('conversations').get(waiting.conversation)
    if (row && conversation) {
      const innerId = openMessage(rest, row).inner_id
      const to = openConversation(rest, conversation).primary
      const sealed = { innerId, to, sentAt: waiting.sent_at, envelope: parseEnvelope(waiting.envelope) }
      const record = adoptEnvelope(sealed)
      await tx.objectStore('outgoing').put(sealOutgoing(rest, { held: waiting.held, record }))
      await messages.put({ ...row, inner: messageTag(rest, innerId, 'own') })
    }
    await tx.objectStore('outbox').delete(n)
  }
  await tx.done
}
