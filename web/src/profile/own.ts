import { type ReadonlySignal, signal } from '@preact/signals-core'
import { type OwnPicture, type Picture, readOwnPicture } from '../storage/own-picture.ts'
import type { Store } from '../storage/store.ts'
import { createImageUrls } from './faces.ts'

/** The own picture as the page shows it. */
export type OwnSeen = {
  readonly own: OwnPicture
  /** Undefined when there is none. */
  readonly face?: string
  /** What strangers see of it, where that is something else. */
  readonly noise?: string
}

export type OwnPictureState = {
  /** Undefined until it is read. */
  readonly seen: ReadonlySignal<OwnSeen | undefined>
  reload(): void
}

const same = (a: Picture | undefined, b: Picture | undefined): boolean =>
  a?.salt === b?.salt && a?.visual === b?.visual && String(a?.jpeg ?? a?.png) === String(b?.jpeg ?? b?.png)

const scrambledOf = async ({ png, ...picture }: Picture): Promise<Uint8Array<ArrayBuffer> | undefined> => {
  if (!png || !picture.visual) return undefined
  const { decodePng, encodePng, scramble } = await import('@kez-chat/messaging/visual')
  return encodePng(scramble(await decodePng(png), picture))
}

export const createOwnPicture = (store: Store, ended: AbortSignal): OwnPictureState => {
  const seen = signal<OwnSeen | undefined>(undefined)
  const urls = createImageUrls(ended)
  let reading: Promise<void> = Promise.resolve()

  const read = async (): Promise<void> => {
    const own = await readOwnPicture(store)
    const { picture } = own
    const before = seen.peek()
    if (before && same(before.own.picture, picture)) {
      seen.value = { ...before, own }
      return
    }
    const noise = picture && (await scrambledOf(picture))
    if (ended.aborted) return
    const image = picture?.jpeg ?? picture?.png
    seen.value = {
      own,
      ...(image ? { face: urls.make(picture?.jpeg ? 'image/jpeg' : 'image/png', image) } : {}),
      ...(noise ? { noise: urls.make('image/png', noise) } : {}),
    }
    for (const url of [before?.face, before?.noise]) if (url !== undefined) urls.drop(url)
  }
  const reload = (): void => {
    reading = reading.then(read).catch(() => undefined)
  }

  return { seen, reload }
}
