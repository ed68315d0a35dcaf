import { type ReadonlySignal, type Signal, signal } from '@preact/signals-core'
import type { Session } from '../session/session.ts'
import { fileTagOf } from '../storage/file-record.ts'
import { findFile, readThumbnail, writeThumbnail } from '../storage/files.ts'
import type { StoredMessage } from '../storage/message.ts'
import type { Store } from '../storage/store.ts'
import { mostPixels, readImage } from './image-header.ts'
import { imageIn } from './picture.ts'
import { blobOf } from './save.ts'
import { shrink } from './shrink.ts'

/** `url` once it is there; `broken` when it is no picture after all. */
export type Thumbnail = { readonly url?: string; readonly broken?: true }

const longestSide = 640
/** More than stand in the page of a long conversation. */
const mostKept = 150

/** The number of a message may change, its id does not. */
const keyOf = (tag: string, { inner_id, delivery }: StoredMessage): string =>
  `${tag}/${delivery ? 'own' : 'peer'}/${inner_id}`

const draw = async (store: Store, tag: string, message: StoredMessage): Promise<Blob> => {
  const image = imageIn(message)
  const file = await findFile(store, tag, message)
  if (!file || !image) throw new TypeError('no picture')
  const small = await shrink(await blobOf(file, image), { longestSide, quality: 0.8, mostPixels })
  return small.blob
}

const kept = async (store: Store, fileTag: string): Promise<Blob | undefined> => {
  const bytes = await readThumbnail(store, fileTag)
  const type = bytes && readImage(bytes)?.type
  return type && new Blob([bytes], { type })
}

const pictureOf = async (store: Store, tag: string, message: StoredMessage): Promise<Blob> => {
  const fileTag = fileTagOf(store.rest, tag, message)
  const known = fileTag === undefined ? undefined : await kept(store, fileTag)
  if (known) return known
  const blob = await draw(store, tag, message)
  // Without space it is drawn anew next time.
  if (fileTag !== undefined) {
    await writeThumbnail(store, fileTag, new Uint8Array(await blob.arrayBuffer())).catch(() => undefined)
  }
  return blob
}

const createThumbnails = (session: Session) => {
  const all = new Map<string, Signal<Thumbnail>>()
  // One after the other: a decoded photo takes much memory.
  let drawing: Promise<void> = Promise.resolve()

  const release = (thumbnail: Signal<Thumbnail>): void => {
    const { url } = thumbnail.peek()
    if (url !== undefined) URL.revokeObjectURL(url)
  }

  const load = async (tag: string, message: StoredMessage, into: Signal<Thumbnail>): Promise<void> => {
    if (session.ended.aborted || all.get(keyOf(tag, message)) !== into) return
    try {
      into.value = { url: URL.createObjectURL(await pictureOf(session.store, tag, message)) }
    } catch {
      into.value = { broken: true }
    }
  }

  session.ended.addEventListener('abort', () => {
    for (const thumbnail of all.values()) release(thumbnail)
    all.clear()
  })

  return {
    of: (tag: string, message: StoredMessage): ReadonlySignal<Thumbnail> => {
      const key = keyOf(tag, message)
      const known = all.get(key)
      if (known) {
        // What was looked at last goes last.
        all.delete(key)
        all.set(key, known)
        return known
      }
      const fresh = signal<Thumbnail>({})
      all.set(key, fresh)
      for (const [oldest, thumbnail] of all) {
        if (all.size <= mostKept) break
        release(thumbnail)
        all.delete(oldest)
      }
      drawing = drawing.then(() => load(tag, message, fresh))
      return fresh
    },
  }
}

const bySession = new WeakMap<Session, ReturnType<typeof createThumbnails>>()

/** The small pictures of a session: they go with it. */
export const thumbnailsOf = (session: Session): ReturnType<typeof createThumbnails> => {
  const known = bySession.get(session) ?? createThumbnails(session)
  bySession.set(session, known)
  return known
}
