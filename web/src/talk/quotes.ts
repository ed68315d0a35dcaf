import type { MessageRef } from '@kez-chat/messaging'
import { textBodyOf } from '../storage/changed.ts'
import type { StoredMessage } from '../storage/message.ts'
import { openNamed } from '../storage/quoted.ts'
import type { Store } from '../storage/store.ts'
import type { Whose } from '../storage/take-change.ts'

const keyOf = ({ id, from }: MessageRef): string => `${from}/${id}`

/** The messages that are answered, as this device has them: nothing of them is carried, so nothing can be forged. */
export type Quotes = {
  /** Undefined for one that is not here. */
  of(ref: MessageRef): StoredMessage | undefined
  /** Looks for what these messages answer; all of it `anew`, or what was not looked for. */
  load(messages: Iterable<StoredMessage>, anew: boolean): Promise<void>
  /** Looks for one more from now on. */
  keep(ref: MessageRef | undefined): Promise<void>
}

export const createQuotes = (store: Store, whose: Whose): Quotes => {
  let known = new Map<string, StoredMessage | undefined>()
  let kept: MessageRef | undefined

  const look = async (refs: readonly MessageRef[], into: typeof known): Promise<void> => {
    for (const ref of refs) into.set(keyOf(ref), undefined)
    for (const [ref, message] of await openNamed(store, whose, refs)) into.set(keyOf(ref), message)
  }

  return {
    of: (ref) => known.get(keyOf(ref)),
    load: async (messages, anew) => {
      const named = [...messages].flatMap((message) => textBodyOf(message)?.reply ?? [])
      const refs = [...named, ...(kept ? [kept] : [])]
      const next = anew ? new Map<string, StoredMessage | undefined>() : known
      await look(
        refs.filter((ref) => !next.has(keyOf(ref))),
        next,
      )
      known = next
    },
    keep: async (ref) => {
      kept = ref
      if (ref) await look([ref], known)
    },
  }
}
