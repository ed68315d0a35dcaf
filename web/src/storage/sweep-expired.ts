import type { AtRest } from './at-rest.ts'
import { openConversation, sealConversation } from './conversation.ts'
import type { Schema } from './database.ts'
import { forgetMessage, forgetTables, forgottenWith } from './forget-message.ts'
import { openMessage } from './message.ts'
import type { Store } from './store.ts'
import { transact } from './transact.ts'
import { withoutSome } from './unread.ts'

/** Most that are removed in one transaction. */
const atOnce = 100

/** What a sweep did. */
export type Sweep = {
  /** The conversations of what has vanished. */
  readonly conversations: readonly string[]
  /** When the next message vanishes, unix ms; undefined when none will. */
  readonly next: number | undefined
}

type Conversations = {
  get(tag: string): Promise<Schema['conversations']['value'] | undefined>
  put(row: Schema['conversations']['value']): Promise<string>
}

const countAnew = async (conversations: Conversations, rest: AtRest, tag: string, gone: number[]): Promise<void> => {
  const row = await conversations.get(tag)
  if (!row) return
  const known = openConversation(rest, row)
  const next = withoutSome(known, gone)
  if (next.unread !== known.unread) await conversations.put(sealConversation(rest, { ...known, ...next }))
}

const sweepSome = ({ db, rest }: Store, now: number): Promise<Sweep & { readonly more: boolean }> =>
  transact(db, [...forgottenWith, 'conversations'], async (tx) => {
    const messages = tx.objectStore('messages')
    const tables = forgetTables(tx)
    const numbers = await messages.index('expires').getAllKeys(IDBKeyRange.upperBound(now), atOnce)
    const gone = new Map<string, number[]>()
    for (const n of numbers) {
      const row = await messages.get(n)
      if (!row) continue
      const isOwn = openMessage(rest, row).delivery !== undefined
      gone.set(row.conversation, [...(gone.get(row.conversation) ?? []), ...(isOwn ? [] : [n])])
      await forgetMessage(tables, rest, n)
    }
    for (const [tag, unseen] of gone) await countAnew(tx.objectStore('conversations'), rest, tag, unseen)
    const later = await messages.index('expires').openKeyCursor(IDBKeyRange.lowerBound(now, true))
    return { conversations: [...gone.keys()], next: later?.key, more: numbers.length === atOnce }
  })

/** Removes what has vanished by now, by the home server's time. */
export const sweepExpired = async (store: Store, now: number): Promise<Sweep> => {
  const conversations = new Set<string>()
  for (;;) {
    const { conversations: some, next, more } = await sweepSome(store, now)
    for (const tag of some) conversations.add(tag)
    if (!more) return { conversations: [...conversations], next }
  }
}
