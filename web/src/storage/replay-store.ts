import type { ReplayStore } from '@kez-chat/messaging'
import type { AtRest } from './at-rest.ts'
import type { Database } from './database.ts'
import type { Store } from './store.ts'

type Mark = { tag: string; until: number }

/** What is used of the stores `guard` and `acknowledged`, inside whatever transaction. */
type Memory = {
  getKey(tag: string): Promise<string | undefined>
  put(mark: Mark): Promise<string>
  delete(tag: string): Promise<void>
  index(name: 'until'): { getAllKeys(range: IDBKeyRange): Promise<string[]> }
}

const dropExpired = async <Key>(
  memory: {
    delete(key: Key): Promise<void>
    index(name: 'until'): { getAllKeys(range: IDBKeyRange): Promise<Key[]> }
  },
  now: number,
): Promise<void> => {
  for (const tag of await memory.index('until').getAllKeys(IDBKeyRange.upperBound(now, true))) await memory.delete(tag)
}

/** The replay guard's memory inside a transaction of the caller: remembering and storing happen together or not at all. */
export const replayStoreIn = (memory: Memory, rest: AtRest): ReplayStore => ({
  has: async (key) => (await memory.getKey(rest.tag('guard', key))) !== undefined,
  add: async (key, expiresAt) => {
    const tag = rest.tag('guard', key)
    if ((await memory.getKey(tag)) !== undefined) return false
    await memory.put({ tag, until: expiresAt })
    return true
  },
  dropExpired: (now) => dropExpired(memory, now),
})

/** What was confirmed, each question a transaction of its own; none once the session has ended. */
export const acknowledgedStore = ({ db, rest }: Store, ended: AbortSignal): ReplayStore => {
  const within = async <T>(work: (store: ReplayStore) => Promise<T>): Promise<T> => {
    ended.throwIfAborted()
    const tx = db.transaction('acknowledged', 'readwrite')
    const answer = await work(replayStoreIn(tx.store, rest))
    await tx.done
    return answer
  }
  return {
    has: (key) => within((store) => store.has(key)),
    add: (key, expiresAt) => within((store) => store.add(key, expiresAt)),
    dropExpired: (now) => within((store) => store.dropExpired(now)),
  }
}

/** Forgets messages that could no longer be accepted anyway, what they would follow, and what waits for one of them. */
export const sweepGuard = async (db: Database, now: number): Promise<void> => {
  const tx = db.transaction(['guard', 'steps', 'changes'], 'readwrite')
  await dropExpired(tx.objectStore('guard'), now)
  await dropExpired(tx.objectStore('steps'), now)
  await dropExpired(tx.objectStore('changes'), now)
  await tx.done
}
