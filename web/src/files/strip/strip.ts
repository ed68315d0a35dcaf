import type { Bytes } from '@kez-chat/identity'
import type { ImageFacts } from '../../storage/message.ts'
import { stripGif } from './gif.ts'
import { stripJpeg } from './jpeg.ts'
import { isAnimatedPng, stripPng } from './png.ts'
import { isAnimatedWebp, stripWebp } from './webp.ts'

const strips: Readonly<Record<ImageFacts['type'], (bytes: Uint8Array) => Bytes | undefined>> = {
  'image/jpeg': stripJpeg,
  'image/png': stripPng,
  'image/webp': stripWebp,
  'image/gif': stripGif,
}

/**
 * A picture without what does not belong to the picture: where and when it was taken, by what and by whom. Undefined when
 * that cannot be told apart: then it has to be drawn anew.
 */
export const withoutMetadata = (bytes: Uint8Array, { type }: Pick<ImageFacts, 'type'>): Bytes | undefined =>
  strips[type](bytes)

/** Whether a picture moves: drawn anew it would stand still. */
export const isAnimated = (bytes: Uint8Array, { type }: Pick<ImageFacts, 'type'>): boolean => {
  if (type === 'image/png') return isAnimatedPng(bytes)
  return type === 'image/gif' || (type === 'image/webp' && isAnimatedWebp(bytes))
}
