import { type Bytes, concat } from '@kez-chat/identity'
import { orientationOf } from '../orientation.ts'

const needed = new Set(['VP8X', 'ICCP', 'ANIM', 'ANMF', 'ALPH', 'VP8 ', 'VP8L'])
const headBytes = 12
/** In the first byte of VP8X: EXIF and XMP are there. */
const described = 0x08 | 0x04

type Chunk = { readonly name: string; readonly at: number; readonly body: number; readonly next: number }

const chunksOf = (bytes: Uint8Array): Chunk[] => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const chunks: Chunk[] = []
  for (let at = headBytes; at + 8 <= bytes.length; ) {
    const [body, length] = [at + 8, view.getUint32(at + 4, true)]
    const next = body + length + (length % 2)
    chunks.push({
      name: String.fromCharCode(...bytes.subarray(at, at + 4)),
      at,
      body,
      next: Math.min(next, bytes.length),
    })
    at = next
  }
  return chunks
}

const exifTiff = (bytes: Uint8Array, { body, next }: Chunk): Uint8Array => {
  const whole = bytes.subarray(body, next)
  return String.fromCharCode(...whole.subarray(0, 4)) === 'Exif' ? whole.subarray(6) : whole
}

/** Whether it moves. */
export const isAnimatedWebp = (bytes: Uint8Array): boolean => chunksOf(bytes).some(({ name }) => name === 'ANIM')

/** A WebP without anything but its picture. Undefined when it has to be turned: then it has to be drawn anew. */
export const stripWebp = (bytes: Uint8Array): Bytes | undefined => {
  const chunks = chunksOf(bytes)
  if (chunks.length === 0) return undefined
  const exif = chunks.find(({ name }) => name === 'EXIF')
  if (exif && orientationOf(exifTiff(bytes, exif)) !== 1) return undefined
  const kept = chunks
    .filter(({ name }) => needed.has(name))
    .map(({ at, next }) => Uint8Array.from(bytes.subarray(at, next)))
  for (const chunk of kept) if (chunk[3] === 0x58) chunk[8] = (chunk[8] ?? 0) & ~described
  const whole = concat(bytes.subarray(0, headBytes), ...kept)
  new DataView(whole.buffer).setUint32(4, whole.length - 8, true)
  return whole
}
