import { writeDraft } from '../storage/conversations.ts'
import type { Store } from '../storage/store.ts'

/** Keeps what is being written. */
export type DraftKeeper = {
  typed(text: string): void
  /** The thread is left: what was kept is told of, now or once it is. */
  left(): void
}

/**
 * Every change is written at once, since a closing page waits for nothing; while one is being written the rest waits.
 * `onKept` comes once the thread is left and what was changed is kept.
 */
export const keepDraft = (
  store: Store,
  tag: string,
  { begun, ended, onKept }: { begun: string; ended: AbortSignal; onKept: () => void },
): DraftKeeper => {
  let written = begun
  let saving = false
  let changed = false
  let left = false

  const tell = (): void => {
    if (left && changed && !saving) onKept()
  }

  const save = async (): Promise<void> => {
    if (saving) return
    saving = true
    try {
      for (let saved: string | undefined; saved !== written && !ended.aborted; ) {
        saved = written
        await writeDraft(store, tag, saved)
      }
    } catch {
      // The text still stands in the field; a full device says so when the message itself is stored.
    } finally {
      saving = false
      tell()
    }
  }

  return {
    typed: (text) => {
      written = text
      changed = true
      void save()
    },
    left: () => {
      left = true
      tell()
    },
  }
}
