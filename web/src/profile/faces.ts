import { type ReadonlySignal, signal } from '@preact/signals-core'
import { readFace, type Shown } from '../storage/faces.ts'
import type { Store } from '../storage/store.ts'

/** Somebody's picture as the page shows it. */
export type Seen =
  | { readonly kind: 'face' | 'open' | 'noise'; readonly url: string }
  | { readonly kind: 'none' | 'elsewhere' }

export type Faces = {
  /** By conversation tag, of everybody who was asked for so far. */
  readonly seen: ReadonlySignal<ReadonlyMap<string, Seen>>
  /** Undefined until it is read. */
  of(tag: string): Seen | undefined
  /** They have changed: those that were asked for are read again. */
  reload(tags: readonly string[]): void
}

const linger = 10_000

/** A URL for bytes that lasts as long as the session, or until it is dropped. */
export const createImageUrls = (ended: AbortSignal) => {
  const urls = new Set<string>()
  ended.addEventListener('abort', () => {
    for (const url of urls) URL.revokeObjectURL(url)
  })
  return {
    make: (mime: string, data: Uint8Array<ArrayBuffer>): string => {
      const url = URL.createObjectURL(new Blob([data], { type: mime }))
      urls.add(url)
      return url
    },
    /** Later, since what is drawn may still be loading it. */
    drop: (url: string): void => {
      urls.delete(url)
      setTimeout(() => URL.revokeObjectURL(url), linger)
    },
  }
}

/** The pictures of people, read from the storage when they are first to be shown. */
export const createFaces = (store: Store, ended: AbortSignal): Faces => {
  const seen = signal<ReadonlyMap<string, Seen>>(new Map())
  const asked = new Set<string>()
  const urls = createImageUrls(ended)
  const waiting = new Set<string>()

  const present = (shown: Shown): Seen => {
    if (shown.kind === 'none' || shown.kind === 'elsewhere') return { kind: shown.kind }
    return { kind: shown.kind, url: urls.make(shown.kind === 'noise' ? 'image/png' : shown.mime, shown.data) }
  }

  // Of all that one drawing asks for, so that it is drawn once more and not once for each.
  const readWaiting = async (): Promise<void> => {
    const tags = [...waiting]
    waiting.clear()
    const read = await Promise.all(tags.map((tag) => readFace(store, tag).catch(() => undefined)))
    if (ended.aborted) return
    const next = new Map(seen.peek())
    for (const [i, tag] of tags.entries()) {
      const before = next.get(tag)
      next.set(tag, present(read[i]?.shown ?? { kind: 'none' }))
      if (before && 'url' in before) urls.drop(before.url)
    }
    seen.value = next
  }

  const read = (tag: string): void => {
    if (waiting.size === 0) queueMicrotask(() => void readWaiting())
    waiting.add(tag)
  }

  return {
    seen,
    of: (tag) => {
      if (!asked.has(tag)) {
        asked.add(tag)
        read(tag)
      }
      return seen.value.get(tag)
    },
    reload: (tags) => {
      for (const tag of tags) if (asked.has(tag)) read(tag)
    },
  }
}
