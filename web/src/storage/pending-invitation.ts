import type { Bytes } from '@kez-chat/identity'
import { z } from 'zod'
import type { Database } from './database.ts'

const keptFor = 7 * 24 * 60 * 60_000
const maxChars = 512

/** By what somebody came. */
const Pending = z.object({
  /** The fragment of the link. */
  link: z.string().max(maxChars),
  /** An invite code that they entered besides. */
  code: z.string().max(maxChars).optional(),
})
export type Pending = Readonly<z.infer<typeof Pending>>

/**
 * Keeps the invitation by which somebody came, while they have no identity here yet or have not unlocked it. Sealed as the
 * session is, under a key that no script can read out, for there is no other key yet. It outlives the making of an identity,
 * and closing the tab.
 */
export const keepPending = async (db: Database, pending: Pending, now = Date.now()): Promise<void> => {
  const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  const nonce: Bytes = crypto.getRandomValues(new Uint8Array(12))
  const text = new TextEncoder().encode(JSON.stringify(pending))
  const ct = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv: nonce }, key, text))
  await db.put('pending', { key, nonce, ct, until: now + keptFor }, 'invitation')
}

export const dropPending = async (db: Database): Promise<void> => {
  await db.delete('pending', 'invitation')
}

/** Undefined when there is none, or it has waited for more than a week. */
export const readPending = async (db: Database, now = Date.now()): Promise<Pending | undefined> => {
  const record = await db.get('pending', 'invitation')
  if (!record) return undefined
  try {
    if (now >= record.until) throw new RangeError('it has waited too long')
    const { key, nonce, ct } = record
    const text = new TextDecoder().decode(await crypto.subtle.decrypt({ name: 'AES-GCM', iv: nonce }, key, ct))
    return Pending.parse(JSON.parse(text))
  } catch {
    // Whoever has the link still has the invitation.
    await dropPending(db)
    return undefined
  }
}
