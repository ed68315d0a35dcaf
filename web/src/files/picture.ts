import { fromBase64url } from '@kez-chat/identity'
import { MAX_FILE_BYTES } from '@kez-chat/messaging'
import { fileIn } from '../storage/files.ts'
import type { ImageFacts, StoredMessage } from '../storage/message.ts'
import { readImage } from './image-header.ts'

const inline = new WeakMap<object, { readonly image: ImageFacts | undefined }>()

/** What kind of picture the file of a message is, by its bytes, not by what the sender says; undefined for no picture. */
export const imageIn = (message: Pick<StoredMessage, 'body' | 'file'>): ImageFacts | undefined => {
  if (message.file?.image) return message.file.image
  const file = fileIn(message)
  if (file?.mode !== 'inline') return undefined
  const known = inline.get(file)
  if (known) return known.image
  const image = readImage(fromBase64url(file.data, MAX_FILE_BYTES))
  inline.set(file, { image })
  return image
}

/** px of the box in which a picture stands in a conversation: known before it is drawn, so that nothing jumps. */
export const boxOf = ({ width, height }: ImageFacts): { readonly width: number; readonly height: number } => {
  const ratio = Math.min(2.5, Math.max(0.5, width / height))
  const fit = Math.min(280, 340 * ratio)
  return { width: Math.round(fit), height: Math.round(fit / ratio) }
}
