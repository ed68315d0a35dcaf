import type { MessageRef } from '@kez-chat/messaging'
import { openMessage, type StoredMessage } from './message.ts'
import type { Store } from './store.ts'
import { findNamed, type Whose } from './take-change.ts'

/** The messages that others name, as they are here now; what is not here is left out. */
export const openNamed = async (
  { db, rest }: Store,
  whose: Whose,
  refs: readonly MessageRef[],
): Promise<readonly (readonly [MessageRef, StoredMessage])[]> => {
  if (refs.length === 0) return []
  const { store } = db.transaction('messages')
  const rows = await Promise.all(refs.map(async (ref) => [ref, await findNamed(store, rest, whose, ref)] as const))
  return rows.flatMap(([ref, row]) => (row ? [[ref, openMessage(rest, row)] as const] : []))
}
