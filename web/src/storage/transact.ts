import type { IDBPTransaction, StoreNames } from 'idb'
import type { Database, Schema } from './database.ts'
import { isFull } from './errors.ts'

type Names = StoreNames<Schema>
export type Transaction<Used extends Names> = IDBPTransaction<Schema, Used[], 'readwrite'>

const abort = (tx: Pick<IDBTransaction, 'abort'>): void => {
  try {
    tx.abort()
  } catch {
    // It has ended already.
  }
}

/**
 * Does `work` in one transaction, and comes back once all of it is stored. When anything fails, the work itself or the
 * storing at the end, nothing of it is. Throws what failed first; whenever space was the reason, that.
 */
export const transact = async <Used extends Names, Answer>(
  db: Database,
  names: readonly Used[],
  work: (tx: Transaction<Used>) => Promise<Answer>,
): Promise<Answer> => {
  const tx = db.transaction([...names], 'readwrite')
  const ended = tx.done.then(
    () => undefined,
    (error: unknown) => ({ error }),
  )
  try {
    const answer = await work(tx)
    const failed = await ended
    if (failed) throw failed.error
    return answer
  } catch (error) {
    abort(tx)
    await ended
    throw isFull(tx.error) ? tx.error : error
  }
}
