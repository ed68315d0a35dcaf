import { writeDraft } from '../storage/conversations.ts'
import type { Store } from '../storage/store.ts'

/** Keeps what is being written. */
export type DraftKeeper = {
  typed(text: string): void
}

/**
 * Every change is written at once, since a closing page waits for nothing; while one is being written the rest waits.
 * `onSaved` comes when nothing is left to write.
 */
export const keepDraft = (
  store: Store,
  tag: string,
  { begun, ended, onSaved }: { begun: string; ended: AbortSignal; onSaved: () => void },
): DraftKeeper => {
  let written = begun
  let saving = false

  const save = async (): Promise<void> => {
    if (saving) return
    saving = true
    try {
      for (let saved: string | undefined; saved !== written && !ended.aborted; ) {
        saved = written
        await writeDraft(store, tag, saved)
      }
      onSaved()
    } catch {
      // The text still stands in the field; a full device says so when the message itself is stored.
    } finally {
      saving = false
    }
  }

  return {
    typed: (text) => {
      written = text
      void save()
    },
  }
}
