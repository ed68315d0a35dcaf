import { openMessage, type StoredMessage } from './message.ts'
import type { Store } from './store.ts'

/**
 * The numbers of all messages of a conversation, in order of arrival; none is opened. Given those that were `known`, only
 * what came since is read, unless one of them is gone.
 */
export const messageNumbers = async (
  { db }: Store,
  tag: string,
  known: readonly number[] = [],
): Promise<readonly number[]> => {
  const index = db.transaction('messages').store.index('conversation')
  const newest = known.at(-1)
  if (newest !== undefined) {
    const count = await index.count(tag)
    const fresh: number[] = []
    let cursor = await index.openKeyCursor(IDBKeyRange.only(tag), 'prev')
    while (cursor && cursor.primaryKey > newest && known.length + fresh.length < count) {
      fresh.push(cursor.primaryKey)
      cursor = await cursor.continue()
    }
    const whole = cursor?.primaryKey === newest && known.length + fresh.length === count
    if (whole) return fresh.length === 0 ? known : [...known, ...fresh.reverse()]
  }
  return index.getAllKeys(tag)
}

/** Opens the messages with these numbers, ascending; those that are gone are left out. */
export const openMessages = async (
  { db, rest }: Store,
  tag: string,
  numbers: readonly number[],
): Promise<StoredMessage[]> => {
  const [first, last] = [numbers[0], numbers.at(-1)]
  if (first === undefined || last === undefined) return []
  const { store } = db.transaction('messages')
  // One question for all where few messages of other people lie between.
  const dense = last - first < numbers.length * 2
  const rows = dense
    ? await store.getAll(IDBKeyRange.bound(first, last))
    : await Promise.all(numbers.map((n) => store.get(n)))
  return rows.filter((row) => row?.conversation === tag).map((row) => openMessage(rest, row as NonNullable<typeof row>))
}
