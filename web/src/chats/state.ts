import { type ReadonlySignal, signal } from '@preact/signals-core'
import { listSummaries, readSummary, type Summary } from '../storage/conversations.ts'
import type { Store } from '../storage/store.ts'
import { listUnopened, type Unopened } from '../storage/unopened.ts'

export type ChatsState = {
  /** By conversation tag. */
  readonly summaries: ReadonlySignal<ReadonlyMap<string, Summary>>
  readonly unopened: ReadonlySignal<readonly Unopened[]>
  load(): Promise<void>
  /** Reads these conversations again; with none, what could not be opened. */
  reload(conversations: readonly string[]): Promise<void>
}

export const createChatsState = (store: Store): ChatsState => {
  const summaries = signal<ReadonlyMap<string, Summary>>(new Map())
  const unopened = signal<readonly Unopened[]>([])

  const loadUnopened = async (): Promise<void> => {
    unopened.value = await listUnopened(store)
  }

  const loadSome = async (conversations: readonly string[]): Promise<void> => {
    const read = await Promise.all(conversations.map(async (tag) => [tag, await readSummary(store, tag)] as const))
    const next = new Map(summaries.value)
    for (const [tag, summary] of read) {
      if (summary) next.set(tag, summary)
      else next.delete(tag)
    }
    summaries.value = next
  }

  let reading: Promise<void> = Promise.resolve()

  return {
    summaries,
    unopened,
    load: async () => {
      const list = await listSummaries(store)
      summaries.value = new Map(list.map((summary) => [summary.conversation.tag, summary]))
      await loadUnopened()
    },
    // One after the other, so that what was read first never replaces what was read last.
    reload: (conversations) => {
      reading = reading.then(() => (conversations.length === 0 ? loadUnopened() : loadSome(conversations)))
      return reading
    },
  }
}
