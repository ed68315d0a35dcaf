import { holdUnsaved } from '../app/unsaved.ts'
import { type Draft, readDraft, writeDraft } from '../storage/draft.ts'
import type { Store } from '../storage/store.ts'

/** Keeps what is being written. */
export type DraftKeeper = {
  typed(draft: Draft): void
  /** The thread is left: what was kept is told of, now or once it is. */
  left(): void
}

/** What the storage had no space for, as long as the page lives. */
const unkept = new WeakMap<Store, Map<string, Draft>>()

const unkeptIn = (store: Store): Map<string, Draft> => {
  const texts = unkept.get(store) ?? new Map<string, Draft>()
  unkept.set(store, texts)
  return texts
}

/** What the page must not end without, by conversation: a thread that is opened again goes on with it. */
const held = new WeakMap<Store, Map<string, () => void>>()

const letGo = (store: Store, tag: string): void => {
  held.get(store)?.get(tag)?.()
  held.get(store)?.delete(tag)
}

const hold = (store: Store, tag: string, ended: AbortSignal): void => {
  const all = held.get(store) ?? new Map<string, () => void>()
  held.set(store, all)
  if (all.has(tag) || ended.aborted) return
  all.set(tag, holdUnsaved())
  ended.addEventListener('abort', () => letGo(store, tag), { once: true })
}

/** What was being written when the thread was left, stored or not. */
export const findDraft = async (store: Store, tag: string): Promise<Draft> =>
  unkeptIn(store).get(tag) ?? (await readDraft(store, tag))

export type DraftOptions = {
  readonly begun: Draft
  readonly ended: AbortSignal
  /** Comes once the thread is left and what was changed is kept. */
  readonly onKept: () => void
  /** Whether what is written is stored; else it lives no longer than the page. */
  readonly onStored: (stored: boolean) => void
}

/** Every change is written at once, since a closing page waits for nothing; while one is being written the rest waits. */
export const keepDraft = (store: Store, tag: string, { begun, ended, onKept, onStored }: DraftOptions): DraftKeeper => {
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
      for (let saved: Draft | undefined; saved !== written && !ended.aborted; ) {
        saved = written
        await writeDraft(store, tag, saved)
      }
      unkeptIn(store).delete(tag)
      letGo(store, tag)
      onStored(true)
    } catch {
      unkeptIn(store).set(tag, written)
      onStored(false)
    } finally {
      saving = false
      tell()
    }
  }

  const typed = (draft: Draft): void => {
    written = draft
    changed = true
    hold(store, tag, ended)
    if (unkeptIn(store).has(tag)) unkeptIn(store).set(tag, draft)
    void save()
  }
  if (unkeptIn(store).has(tag)) typed(begun)

  return {
    typed,
    left: () => {
      left = true
      tell()
    },
  }
}
