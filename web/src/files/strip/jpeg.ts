import { type Bytes, concat } from '@kez-chat/identity'
import { orientationBlock, orientationOf } from '../orientation.ts'

const named = (bytes: Uint8Array, at: number, name: string): boolean =>
  [...name].every((char, i) => bytes[at + i] === char.charCodeAt(0))

const [start, end, scan, comment] = [0xd8, 0xd9, 0xda, 0xfe]
const isApp = (marker: number): boolean => marker >= 0xe0 && marker <= 0xef
const isRestart = (marker: number): boolean => marker >= 0xd0 && marker <= 0xd7

/** Of what programs and cameras add, only what colours depend on stays. */
const isNeeded = (bytes: Uint8Array, marker: number, body: number): boolean => {
  if (marker === comment) return false
  if (!isApp(marker)) return true
  if (marker === 0xe0) return named(bytes, body, 'JFIF\0')
  if (marker === 0xe2) return named(bytes, body, 'ICC_PROFILE\0')
  return marker === 0xee && named(bytes, body, 'Adobe')
}

/** Where the next marker stands after coded pixels. */
const afterScan = (bytes: Uint8Array, from: number): number => {
  for (let at = from; at + 1 < bytes.length; at++) {
    const next = bytes[at + 1] ?? 0
    if (bytes[at] === 0xff && next !== 0 && next !== 0xff && !isRestart(next)) return at
  }
  return bytes.length
}

const exifOf = (orientation: number): Uint8Array => {
  const tiff = orientationBlock(orientation)
  return concat(Uint8Array.of(0xff, 0xe1, 0, tiff.length + 8), 'Exif\0\0', tiff)
}

/**
 * A JPEG without place, time, camera, comments, thumbnails, and without whatever hangs on behind it. How it is to be
 * turned stays, and what its colours mean. Undefined for what is not built like one.
 */
export const stripJpeg = (bytes: Uint8Array): Bytes | undefined => {
  if (bytes[0] !== 0xff || bytes[1] !== start) return undefined
  const kept: Uint8Array[] = []
  let orientation = 1
  for (let at = 2; at + 1 < bytes.length; ) {
    const marker = bytes[at + 1] ?? 0
    if (bytes[at] !== 0xff) return undefined
    if (marker === 0xff) {
      at += 1
      continue
    }
    if (marker === end) break
    const [body, next] = [at + 4, at + 2 + ((bytes[at + 2] ?? 0) << 8) + (bytes[at + 3] ?? 0)]
    if (next < body || next > bytes.length) return undefined
    if (marker === 0xe1 && named(bytes, body, 'Exif\0\0')) orientation = orientationOf(bytes.subarray(body + 6, next))
    const until = marker === scan ? afterScan(bytes, next) : next
    if (isNeeded(bytes, marker, body)) kept.push(bytes.subarray(at, until))
    at = until
  }
  const turned = orientation === 1 ? [] : [exifOf(orientation)]
  return concat(Uint8Array.of(0xff, start), ...turned, ...kept, Uint8Array.of(0xff, end))
}
