import { type Mark, marksIn, type Query } from '../search/match.ts'
import { openMessage, type StoredMessage } from './message.ts'
import type { Store } from './store.ts'
import { transact } from './transact.ts'
import { indexWords, keyOfBeginning, searchable } from './words.ts'

/** A message with what was looked for in it. */
export type Hit = {
  readonly conversation: string
  readonly message: StoredMessage
  readonly text: string
  readonly marks: readonly Mark[]
}

const candidates = async ({ db, rest }: Store, query: Query): Promise<number[]> => {
  const index = db.transaction('words').store.index('keys')
  const keys = [...new Set(query.flat().map((part) => keyOfBeginning(rest, part)))]
  const [first = [], ...others] = (await Promise.all(keys.map((key) => index.getAllKeys(key)))).sort(
    (a, b) => a.length - b.length,
  )
  const sets = others.map((list) => new Set(list))
  return first.filter((n) => sets.every((set) => set.has(n))).sort((a, b) => b - a)
}

const batch = 50

/**
 * Messages with all words of the query, newest first, at most `most`; of one conversation, if it is given. The index
 * tells where to look, the messages themselves whether it is so.
 */
export const searchMessages = async (
  store: Store,
  query: Query,
  { most, conversation, signal }: { most: number; conversation?: string | undefined; signal: AbortSignal },
): Promise<Hit[]> => {
  const hits: Hit[] = []
  const numbers = await candidates(store, query)
  for (let i = 0; i < numbers.length && hits.length < most && !signal.aborted; i += batch) {
    const { store: messages } = store.db.transaction('messages')
    const rows = await Promise.all(numbers.slice(i, i + batch).map((n) => messages.get(n)))
    for (const row of rows) {
      if (!row || (conversation !== undefined && row.conversation !== conversation)) continue
      const message = openMessage(store.rest, row)
      const text = searchable(message)
      const marks = marksIn(text, query)
      if (marks) hits.push({ conversation: row.conversation, message, text, marks })
    }
  }
  return hits.slice(0, most)
}

const place = 'words'
const done = Number.MAX_SAFE_INTEGER
const atOnce = 40

/**
 * Indexes the next messages of a history from before there was an index; returns whether any may be left. Each batch is a
 * transaction with the place it got to, so that it goes on where it was when the page ended. Whatever is stored
 * meanwhile is indexed as it is stored.
 */
export const indexOlder = ({ db, rest }: Store): Promise<boolean> =>
  transact(db, ['cursor', 'messages', 'words'], async (tx) => {
    const cursors = tx.objectStore('cursor')
    const from = (await cursors.get(place)) ?? 0
    if (from >= done) return false
    const rows = await tx.objectStore('messages').getAll(IDBKeyRange.lowerBound(from, true), atOnce)
    const words = tx.objectStore('words')
    for (const row of rows) await indexWords(words, rest, row.n ?? 0, openMessage(rest, row))
    const last = rows.at(-1)?.n
    await cursors.put(rows.length < atOnce || last === undefined ? done : last, place)
    return rows.length === atOnce
  })

/** Whether the whole history can be searched. */
export const isIndexed = async ({ db }: Store): Promise<boolean> => ((await db.get('cursor', place)) ?? 0) >= done
