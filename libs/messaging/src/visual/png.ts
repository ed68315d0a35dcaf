import { type Bytes, concat } from '@kez-chat/identity'
import { MessageError } from '../errors.ts'
import { deflate, inflate } from './inflate.ts'
import { unfilter } from './png-filters.ts'
import type { Pixels } from './scramble.ts'

/** Longest side of a picture that is read, in pixels. */
export const MAX_PNG_SIDE = 256
/** Longest picture that is read, in bytes; an event has no room for more. */
export const MAX_PNG_BYTES = 64 * 1024

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
const HEADER_BYTES = 13
const RGB = 2
const RGBA = 6
const MOST_CHUNKS = 256

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n
  for (let bit = 0; bit < 8; bit++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1
  return c
})

const crc = (bytes: Uint8Array): number => {
  let c = 0xffffffff
  for (const byte of bytes) c = (CRC[(c ^ byte) & 255] ?? 0) ^ (c >>> 8)
  return ~c >>> 0
}

const number = (value: number): Bytes => {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value)
  return bytes
}

const chunk = (type: string, data: Uint8Array): Bytes => {
  const named = concat(type, data)
  return concat(number(data.length), named, number(crc(named)))
}

/**
 * A picture as a PNG, without its alpha. Written here and not by a canvas, because browsers that guard against
 * fingerprints let a canvas change pixels, and a scrambled picture of other pixels is another picture.
 */
export const encodePng = async ({ width, height, data }: Pixels): Promise<Bytes> => {
  const row = 1 + width * 3
  const raw = new Uint8Array(row * height)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * 4
      raw.set(data.subarray(from, from + 3), y * row + 1 + x * 3)
    }
  }
  const header = concat(number(width), number(height), Uint8Array.of(8, RGB, 0, 0, 0))
  return concat(SIGNATURE, chunk('IHDR', header), chunk('IDAT', await deflate(raw)), chunk('IEND', new Uint8Array(0)))
}

const malformed = (what: string): MessageError => new MessageError('malformed', what)

type Chunk = { readonly type: string; readonly data: Bytes }

const readChunks = (bytes: Bytes): Chunk[] => {
  if (bytes.length > MAX_PNG_BYTES) throw new MessageError('too_large', `a picture is at most ${MAX_PNG_BYTES} bytes`)
  if (SIGNATURE.some((byte, i) => bytes[i] !== byte)) throw malformed('not a PNG')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const chunks: Chunk[] = []
  let at = SIGNATURE.length
  while (at < bytes.length) {
    if (chunks.length === MOST_CHUNKS) throw new MessageError('too_large', 'too many parts')
    const length = at + 12 <= bytes.length ? view.getUint32(at) : Number.POSITIVE_INFINITY
    const end = at + 12 + length
    if (end > bytes.length) throw malformed('a part is cut off')
    const named = bytes.subarray(at + 4, end - 4)
    if (crc(named) !== view.getUint32(end - 4)) throw malformed('a part is damaged')
    const type = String.fromCharCode(...named.subarray(0, 4))
    chunks.push({ type, data: named.slice(4) })
    if (type === 'IEND') return chunks
    at = end
  }
  throw malformed('the end is missing')
}

type Header = { readonly width: number; readonly height: number; readonly channels: 3 | 4 }

const readHeader = (first: Chunk | undefined): Header => {
  if (first?.type !== 'IHDR' || first.data.length !== HEADER_BYTES) throw malformed('the header is missing')
  const view = new DataView(first.data.buffer, first.data.byteOffset, HEADER_BYTES)
  const [width, height] = [view.getUint32(0), view.getUint32(4)]
  if (width > MAX_PNG_SIDE || height > MAX_PNG_SIDE) {
    throw new MessageError('too_large', `a picture is at most ${MAX_PNG_SIDE} pixels wide and high`)
  }
  const [depth, colour, compression, filter, interlace] = first.data.subarray(8)
  if (width === 0 || height === 0 || compression !== 0 || filter !== 0) throw malformed('an impossible header')
  if (depth !== 8 || (colour !== RGB && colour !== RGBA) || interlace !== 0) {
    throw new MessageError('unknown_version', 'not red, green and blue of 8 bits, row by row')
  }
  return { width, height, channels: colour === RGB ? 3 : 4 }
}

/**
 * The pixels of a PNG by whoever. Its header is read first, and no more is unpacked than it declares. Only plain ones
 * are read: 8 bits, RGB or RGBA, not interlaced, at most 256 × 256.
 * @throws MessageError `too_large`, `malformed`, `unknown_version` (another kind of PNG)
 */
export const decodePng = async (bytes: Bytes): Promise<Pixels> => {
  const chunks = readChunks(bytes)
  const { width, height, channels } = readHeader(chunks[0])
  const row = width * channels
  const packed = concat(...chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data))
  const raw = await inflate(packed, (row + 1) * height)
  if (raw.length !== (row + 1) * height) throw malformed('pixels are missing')
  const rows = unfilter(raw, row, channels)
  const data = new Uint8Array(width * height * 4).fill(255)
  for (let i = 0; i < width * height; i++) data.set(rows.subarray(i * channels, (i + 1) * channels), i * 4)
  return { width, height, data }
}
