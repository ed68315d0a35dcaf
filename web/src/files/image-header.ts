import type { ImageFacts } from '../storage/message.ts'
import { orientationOf } from './orientation.ts'

/** How many bytes from the beginning tell how large a picture is, in nearly all of them. */
export const headerBytes = 256 * 1024

const ascii = (bytes: Uint8Array, at: number, text: string): boolean =>
  [...text].every((char, i) => bytes[at + i] === char.charCodeAt(0))

const u16 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0)
const u16le = (bytes: Uint8Array, at: number): number => ((bytes[at + 1] ?? 0) << 8) | (bytes[at] ?? 0)
const u24le = (bytes: Uint8Array, at: number): number => u16le(bytes, at) | ((bytes[at + 2] ?? 0) << 16)
const u32 = (bytes: Uint8Array, at: number): number => u16(bytes, at) * 65_536 + u16(bytes, at + 2)

type Size = { readonly width: number; readonly height: number }

/** Where a JPEG says how large it is: a frame header, of whatever coding. */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc

const jpegSize = (bytes: Uint8Array): Size | undefined => {
  let [at, turned] = [2, false]
  while (at + 9 < bytes.length) {
    if (bytes[at] !== 0xff) return undefined
    const marker = bytes[at + 1] ?? 0
    if (marker === 0xff) {
      at += 1
      continue
    }
    const length = u16(bytes, at + 2)
    if (length < 2) return undefined
    if (isFrame(marker)) {
      const [height, width] = [u16(bytes, at + 5), u16(bytes, at + 7)]
      return turned ? { width: height, height: width } : { width, height }
    }
    if (marker === 0xe1 && ascii(bytes, at + 4, 'Exif\0\0')) {
      turned = orientationOf(bytes.subarray(at + 10, at + 2 + length)) >= 5
    }
    at += 2 + length
  }
  return undefined
}

const webpSize = (bytes: Uint8Array): Size | undefined => {
  if (ascii(bytes, 12, 'VP8X')) return { width: u24le(bytes, 24) + 1, height: u24le(bytes, 27) + 1 }
  if (ascii(bytes, 12, 'VP8L') && bytes[20] === 0x2f) {
    const bits = u16le(bytes, 21) + u16le(bytes, 23) * 65_536
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
  }
  if (ascii(bytes, 12, 'VP8 ') && bytes[23] === 0x9d && bytes[24] === 0x01 && bytes[25] === 0x2a)
    return { width: u16le(bytes, 26) & 0x3fff, height: u16le(bytes, 28) & 0x3fff }
  return undefined
}

const sized = (type: ImageFacts['type'], size: Size | undefined): ImageFacts | undefined =>
  size && size.width > 0 && size.height > 0 ? { type, ...size } : undefined

/**
 * What a picture is by its first bytes, whatever its name says, and how large: read before anything is decoded, since a
 * few bytes can claim to be a square kilometre. Undefined for what is no picture that browsers can show safely.
 */
export const readImage = (bytes: Uint8Array): ImageFacts | undefined => {
  if (bytes.length < 30) return undefined
  if (ascii(bytes, 0, '\xff\xd8\xff')) return sized('image/jpeg', jpegSize(bytes))
  if (ascii(bytes, 0, '\x89PNG\r\n\x1a\n') && ascii(bytes, 12, 'IHDR'))
    return sized('image/png', { width: u32(bytes, 16), height: u32(bytes, 20) })
  if (ascii(bytes, 0, 'GIF87a') || ascii(bytes, 0, 'GIF89a'))
    return sized('image/gif', { width: u16le(bytes, 6), height: u16le(bytes, 8) })
  if (ascii(bytes, 0, 'RIFF') && ascii(bytes, 8, 'WEBP')) return sized('image/webp', webpSize(bytes))
  return undefined
}

/** As many as are decoded of what others send: 160 MB. */
export const mostPixels = 40_000_000
const longestSide = 16_384

/** Whether decoding it is bounded. */
export const isShowable = ({ width, height }: Pick<ImageFacts, 'width' | 'height'>): boolean =>
  width * height <= mostPixels && width <= longestSide && height <= longestSide
