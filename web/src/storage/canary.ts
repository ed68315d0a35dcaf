import { z } from 'zod'
import type { AtRest } from './at-rest.ts'
import { unwrittenCanary } from './database.ts'
import type { Store } from './store.ts'

const place = 'device/canary'
const Record = z.object({ v: z.literal(1), account: z.boolean() })

/** A small sealed record that says what must be here, so that a half-emptied storage is noticed. */
export const sealCanary = (rest: AtRest, { account }: { account: boolean }): Uint8Array<ArrayBuffer> =>
  rest.seal(place, { v: 1, account })

export const writeCanary = async ({ db, rest }: Store, known: { account: boolean }): Promise<void> => {
  await db.put('device', sealCanary(rest, known), 'canary')
}

/** `gone`: records that must be here are not. `foreign`: what is here was stored under another key. */
export type Verdict = 'sound' | 'gone' | 'foreign'

const opened = ({ rest }: Store, box: Uint8Array): { account: boolean } | undefined => {
  try {
    return Record.parse(rest.open(place, box))
  } catch {
    return undefined
  }
}

/** Whether the unlocked storage is whole. */
export const judgeStorage = async (store: Store): Promise<Verdict> => {
  const tx = store.db.transaction(['device', 'account', 'conversations', 'messages'])
  const [box, accounts, conversations, messages] = await Promise.all([
    tx.objectStore('device').get('canary'),
    tx.objectStore('account').count(),
    tx.objectStore('conversations').count(),
    tx.objectStore('messages').count(),
  ])
  if (!box) return 'gone'
  if (conversations === 0 && messages > 0) return 'gone'
  if (box.length === unwrittenCanary.length) return 'sound'
  const known = opened(store, box)
  if (!known) return 'foreign'
  return known.account && accounts === 0 ? 'gone' : 'sound'
}
