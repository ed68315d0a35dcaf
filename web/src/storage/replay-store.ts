import type { ReplayStore } from '@kez-chat/messaging'
import type { IDBPObjectStore } from 'idb'
import type { AtRest } from './at-rest.ts'
import type { Database, Schema } from './database.ts'

type Names = ('cursor' | 'guard' | 'messages' | 'conversations' | 'outbox' | 'words')[]

/** The replay guard's memory inside a transaction of the caller: remembering and storing happen together or not at all. */
export const replayStoreIn = (
  guard: IDBPObjectStore<Schema, Names, 'guard', 'readwrite'>,
  rest: AtRest,
): ReplayStore => ({
  has: async (key) => (await guard.getKey(rest.tag('guard', key))) !== undefined,
  add: async (key, expiresAt) => {
    const tag = rest.tag('guard', key)
    if ((await guard.getKey(tag)) !== undefined) return false
    await guard.put({ tag, until: expiresAt })
    return true
  },
  dropExpired: async (now) => {
    const expired = await guard.index('until').getAllKeys(IDBKeyRange.upperBound(now, true))
    await Promise.all(expired.map((tag) => guard.delete(tag)))
  },
})

/** Forgets messages that could no longer be accepted anyway. */
export const sweepGuard = async (db: Database, now: number): Promise<void> => {
  const tx = db.transaction('guard', 'readwrite')
  for (const tag of await tx.store.index('until').getAllKeys(IDBKeyRange.upperBound(now, true))) {
    await tx.store.delete(tag)
  }
  await tx.done
}
