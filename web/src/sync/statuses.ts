import type { MessageStatus } from '@kez-chat/nostr-client'
import { noteDelivery } from '../storage/note-delivery.ts'
import type { Store } from '../storage/store.ts'

export type StatusesOptions = {
  readonly store: Store
  readonly onStored: (conversations: readonly string[]) => void
  readonly onError: (error: unknown) => void
  readonly signal: AbortSignal
}

/** Writes down how messages stand, one after the other; of several words about one message the last counts. */
export const createStatuses = ({ store, onStored, onError, signal }: StatusesOptions) => {
  const waiting = new Map<string, MessageStatus>()
  let writing: Promise<void> | undefined

  const write = async (): Promise<void> => {
    const changed = new Set<string>()
    try {
      for (let next = [...waiting.values()][0]; next && !signal.aborted; next = [...waiting.values()][0]) {
        const conversation = await noteDelivery(store, next, Date.now())
        if (waiting.get(next.innerId) === next) waiting.delete(next.innerId)
        if (conversation !== undefined) changed.add(conversation)
      }
    } catch (error) {
      // Stays in line: the next word about any message tries again.
      onError(error)
    }
    writing = undefined
    if (changed.size > 0 && !signal.aborted) onStored([...changed])
  }

  return {
    note: (status: MessageStatus): void => {
      waiting.set(status.innerId, status)
      writing ??= write()
    },
    /** Resolves when all is written that can be. */
    settled: async (): Promise<void> => {
      await writing
    },
  }
}
