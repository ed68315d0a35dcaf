import type { Bytes } from '@kez-chat/identity'
import { MAX_FILE_BYTES } from '@kez-chat/messaging'
import type { ImageFacts } from '../storage/message.ts'
import { headerBytes, readImage } from './image-header.ts'
import { splitName } from './name.ts'
import { type Drawn, shrink } from './shrink.ts'
import { isAnimated, withoutMetadata } from './strip/strip.ts'

/** A picture as it is sent. */
export type Prepared = {
  readonly data: Bytes
  readonly name: string
  readonly mime: string
  readonly image: ImageFacts
}

/** px: more than a screen shows of a photo, and a tenth of what a camera writes. */
const longestSide = 2_048
const quality = 0.85
/** What is this small goes as it is, but for what is hidden in it. */
const smallBytes = 1024 * 1024
/** Own photos are trusted with more memory than those of others: 64 million pixels are 256 MB. */
const mostOwnPixels = 64_000_000
const mostOwnBytes = 48 * 1024 * 1024

const endings: Readonly<Record<ImageFacts['type'], string>> = {
  'image/jpeg': '.jpg',
  'image/png': '.png',
  'image/webp': '.webp',
  'image/gif': '.gif',
}

const bytesOf = async (blob: Blob): Promise<Bytes> => new Uint8Array(await blob.arrayBuffer())

/** What browsers can decode beside what everybody can show: it goes as a JPEG. */
const isOtherPicture = ({ type }: File): boolean => /^image\/(avif|heic|heif|bmp|tiff|jxl)$/.test(type)

const drawn = async (file: File, { blob, width, height }: Drawn): Promise<Prepared | undefined> => {
  const data = await bytesOf(blob)
  const type = readImage(data)?.type
  if (!type || data.length > MAX_FILE_BYTES) return undefined
  const name = `${splitName(file.name).base}${endings[type]}`
  return { data, name, mime: type, image: { type, width, height } }
}

const asItIs = async (file: File, data: Bytes): Promise<Prepared | undefined> => {
  const image = readImage(data)
  const stripped = image && withoutMetadata(data, image)
  if (!image || !stripped || stripped.length > MAX_FILE_BYTES) return undefined
  return { data: stripped, name: file.name, mime: image.type, image }
}

const redraw = (file: File): Promise<Prepared | undefined> =>
  shrink(file, { longestSide, quality, mostPixels: mostOwnPixels }).then(
    (picture) => drawn(file, picture),
    () => undefined,
  )

/**
 * A picture as it is to be sent: not larger than a screen needs, upright, and with nothing in it that is not seen, such as
 * where it was taken. Undefined when it is none, or none that this browser can draw: then it can only go as a file.
 */
export const preparePicture = async (file: File): Promise<Prepared | undefined> => {
  if (file.size > mostOwnBytes) return undefined
  const facts = readImage(await bytesOf(file.slice(0, headerBytes)))
  if (!facts) return isOtherPicture(file) ? redraw(file) : undefined
  if (facts.width * facts.height > mostOwnPixels) return undefined
  const data = await bytesOf(file)
  const [kept, small] = [await asItIs(file, data), data.length <= smallBytes]
  if (isAnimated(data, facts) || (small && kept && Math.max(facts.width, facts.height) <= longestSide)) return kept
  const anew = await redraw(file)
  return anew && kept && kept.data.length <= anew.data.length ? kept : (anew ?? kept)
}
