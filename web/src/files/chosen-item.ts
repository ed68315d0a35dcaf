import { MAX_FILE_BYTES } from '@kez-chat/messaging'
import { type ReadonlySignal, signal } from '@preact/signals-core'
import { headerBytes, readImage } from './image-header.ts'
import { nameToSend } from './name.ts'
import { type Prepared, preparePicture } from './prepare-picture.ts'
import type { FileToSend } from './send-file.ts'
import { shrink } from './shrink.ts'

/** Why a file is not sent. The code is the API. */
export type Refusal = 'too_large' | 'folder' | 'unreadable'

/** A file that was chosen, and what is known of it so far. */
export type Item = {
  readonly name: string
  /** Bytes of the file as it is; 0 of a folder. */
  readonly size: number
  readonly state: ReadonlySignal<'reading' | 'ready' | Refusal>
  /** What it is sent as when it is a picture. */
  readonly picture: ReadonlySignal<Prepared | undefined>
  /** A small picture of it. */
  readonly url: ReadonlySignal<string | undefined>
  /** How many bytes would be sent. */
  sends(original: boolean): number
  /** Undefined, and refused, when it cannot be read any more. */
  read(original: boolean): Promise<FileToSend | undefined>
  close(): void
}

const mime = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,63}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}$/
const typeOf = ({ type }: File): string => {
  const plain = type.split(';')[0]?.trim().toLowerCase() ?? ''
  return mime.test(plain) ? plain : 'application/octet-stream'
}

const thumbnailSide = 160

export const folderItem = (name: string): Item => ({
  ...{ name, size: 0, state: signal('folder'), picture: signal(undefined), url: signal(undefined) },
  ...{ sends: () => 0, read: async () => undefined, close: () => undefined },
})

/** Looks at a file. One that is too large is not read at all, but for a picture, which is made smaller. */
export const fileItem = (file: File): Item => {
  const state = signal<'reading' | 'ready' | Refusal>('reading')
  const picture = signal<Prepared | undefined>(undefined)
  const url = signal<string | undefined>(undefined)
  const isPicture = file.type.startsWith('image/')
  let closed = false

  const show = async (prepared: Prepared): Promise<void> => {
    const blob = new Blob([prepared.data], { type: prepared.mime })
    const small = await shrink(blob, { longestSide: thumbnailSide, quality: 0.8, mostPixels: Number.POSITIVE_INFINITY })
    if (!closed) url.value = URL.createObjectURL(small.blob)
  }

  const look = async (): Promise<void> => {
    if (isPicture) {
      picture.value = await preparePicture(file)
      if (picture.value) await show(picture.value).catch(() => undefined)
    }
    state.value = !picture.value && file.size > MAX_FILE_BYTES ? 'too_large' : 'ready'
  }

  if (!isPicture && file.size > MAX_FILE_BYTES) state.value = 'too_large'
  else {
    look().catch(() => {
      state.value = 'unreadable'
    })
  }

  const original = async (): Promise<FileToSend | undefined> => {
    const data = new Uint8Array(await file.arrayBuffer())
    const image = readImage(data.subarray(0, headerBytes))
    return { data, name: nameToSend(file.name), mime: typeOf(file), image }
  }

  const isOriginal = (wanted: boolean): boolean => !picture.peek() || (wanted && file.size <= MAX_FILE_BYTES)

  return {
    ...{ name: nameToSend(file.name), size: file.size, state, picture, url },
    sends: (wanted) => (isOriginal(wanted) ? file.size : (picture.value?.data.length ?? file.size)),
    read: async (wanted) => {
      const prepared = picture.peek()
      if (!prepared || isOriginal(wanted)) {
        return original().catch(() => {
          state.value = 'unreadable'
          return undefined
        })
      }
      return { ...prepared, name: nameToSend(prepared.name) }
    },
    close: () => {
      closed = true
      if (url.peek() !== undefined) URL.revokeObjectURL(url.peek() ?? '')
    },
  }
}
