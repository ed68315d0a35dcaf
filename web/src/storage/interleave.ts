import { openConversation, sealConversation } from './conversation.ts'
import { openMessages } from './history.ts'
import type { Store } from './store.ts'
import { transact } from './transact.ts'

const atOnce = 200

type Place = { readonly n: number; readonly at: number }

/** When each was written, but never later than what stands behind it: a late one stands where its author has put it. */
const rising = (places: readonly Place[]): Place[] => {
  let earliest = Number.POSITIVE_INFINITY
  return places
    .toReversed()
    .map(({ n, at }) => {
      earliest = Math.min(earliest, at)
      return { n, at: earliest }
    })
    .reverse()
}

/** Two histories as one, each in its own order; of two messages the one that was written earlier stands first. */
export const interleaved = (here: readonly Place[], there: readonly Place[]): number[] => {
  const [left, right] = [rising(here), rising(there)]
  const order: number[] = []
  for (let [i, j] = [0, 0]; i < left.length || j < right.length; ) {
    const [mine, theirs] = [left[i], right[j]]
    if (mine && (!theirs || mine.at <= theirs.at)) {
      order.push(mine.n)
      i++
    } else if (theirs) {
      order.push(theirs.n)
      j++
    }
  }
  return order
}

/** Gives the places `numbers` to the messages `order`: both are the same numbers. */
const rearrange = (
  { db, rest }: Store,
  tag: string,
  { numbers, order, before }: { numbers: readonly number[]; order: readonly number[]; before: number },
): Promise<void> =>
  transact(db, ['messages', 'conversations'], async (tx) => {
    const messages = tx.objectStore('messages')
    const conversation = await tx.objectStore('conversations').get(tag)
    if (conversation) {
      const known = openConversation(rest, conversation)
      const { unread_from: from = Number.POSITIVE_INFINITY } = known
      // What was brought in counts as read.
      const unread = numbers.filter((_to, i) => (order[i] ?? 0) >= from && (order[i] ?? 0) <= before)
      const [first] = unread
      if (first !== undefined)
        await tx.objectStore('conversations').put(sealConversation(rest, { ...known, unread_from: first }))
    }
    const moved = numbers.flatMap((n, i) => (n === order[i] ? [] : [{ n, from: order[i] ?? n }]))
    const from = new Map(moved.map((place) => [place.n, place.from]))
    // Round by round, so that of all that change places one is in memory.
    for (const [start] of from) {
      const first = await messages.get(start)
      for (let n = start; from.has(n); ) {
        const source = from.get(n) ?? n
        from.delete(n)
        const row = source === start ? first : await messages.get(source)
        if (row) await messages.put({ ...row, n })
        n = source
      }
    }
  })

/**
 * Brings the messages of a conversation that came by an import, those after `before`, among those that were here. Returns
 * whether any changed its place.
 */
export const interleave = async (store: Store, tag: string, before: number): Promise<boolean> => {
  const numbers = await store.db.getAllKeysFromIndex('messages', 'conversation', tag)
  const split = numbers.findIndex((n) => n > before)
  if (split <= 0) return false
  const places: Place[] = []
  for (let i = 0; i < numbers.length; i += atOnce)
    for (const { n, at } of await openMessages(store, tag, numbers.slice(i, i + atOnce))) places.push({ n, at })
  const order = interleaved(places.slice(0, split), places.slice(split))
  if (order.every((n, i) => n === numbers[i])) return false
  await rearrange(store, tag, { numbers, order, before })
  return true
}
