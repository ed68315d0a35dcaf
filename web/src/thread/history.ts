import { messageNumbers, openMessages } from '../storage/history.ts'
import type { StoredMessage } from '../storage/message.ts'
import type { Store } from '../storage/store.ts'
import { spanAround } from './span.ts'
import type { Window } from './window.ts'

const mostOpen = 1_000

/** All messages of a conversation by their numbers, of which only those near what is read are opened and kept in memory. */
export type History = {
  /** Ascending: the order in which they are read. */
  numbers(): readonly number[]
  /** The inner ids of those that are open. */
  known(): ReadonlySet<string>
  /** The opened messages around a window of rows, neighbours included. */
  around(window: Window): StoredMessage[]
  /** Opens what is missing for a window; undefined when nothing is. */
  open(window: Window): Promise<void> | undefined
  /** Something was stored, changed or deleted: numbers and the messages of this window are read anew. */
  refresh(window: Window): Promise<void>
}

/** Reads what belongs to opened messages; all of it anew, or what is missing. */
type Alongside = (messages: Iterable<StoredMessage>, anew: boolean) => Promise<void>

export const createHistory = (store: Store, tag: string, alongside: Alongside): History => {
  let numbers: readonly number[] = []
  let opened = new Map<number, StoredMessage>()
  // One after the other: what was read first never replaces what was read last.
  let reading: Promise<void> = Promise.resolve()

  const inSpan = (window: Window): readonly number[] => {
    const { first, end } = spanAround(window, numbers.length)
    return numbers.slice(first, end)
  }
  const openSpan = async (window: Window): Promise<void> => {
    const wanted = inSpan(window)
    const missing = wanted.filter((n) => !opened.has(n))
    const messages = await openMessages(store, tag, missing)
    await alongside(messages, false)
    for (const message of messages) opened.set(message.n, message)
    if (opened.size <= mostOpen) return
    const keep = new Set(wanted)
    for (const n of opened.keys()) if (!keep.has(n)) opened.delete(n)
  }

  return {
    numbers: () => numbers,
    known: () => new Set([...opened.values()].map(({ inner_id: id }) => id)),
    around: (window) => inSpan(window).flatMap((n) => opened.get(n) ?? []),
    open: (window) => {
      if (numbers.slice(window.first, window.end).every((n) => opened.has(n))) return undefined
      reading = reading.then(() => openSpan(window))
      return reading
    },
    refresh: (window) => {
      reading = reading.then(async () => {
        const next = await messageNumbers(store, tag, numbers)
        const { first, end } = spanAround(window, next.length)
        const messages = await openMessages(store, tag, next.slice(first, end))
        await alongside(messages, true)
        numbers = next
        opened = new Map(messages.map((message) => [message.n, message]))
      })
      return reading
    },
  }
}
