import { type Bytes, concat } from '@kez-chat/identity'
import { orientationOf } from '../orientation.ts'

/** Pixels, colours, and how an animation runs; no texts, no times, no EXIF, nothing unknown. */
const needed = new Set([
  ...['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'gAMA', 'cHRM', 'sRGB', 'iCCP', 'cICP', 'sBIT', 'bKGD', 'hIST', 'pHYs'],
  ...['acTL', 'fcTL', 'fdAT'],
])

const startBytes = 8

/**
 * A PNG without anything but its picture. Undefined for what is not built like one, or has to be turned: browsers do not
 * agree on that, so it has to be drawn anew.
 */
export const stripPng = (bytes: Uint8Array): Bytes | undefined => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const kept = [bytes.subarray(0, startBytes)]
  for (let at = startBytes; at + 12 <= bytes.length; ) {
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
    const next = at + 12 + view.getUint32(at)
    if (next > bytes.length) return undefined
    if (name === 'eXIf' && orientationOf(bytes.subarray(at + 8, next - 4)) !== 1) return undefined
    if (needed.has(name)) kept.push(bytes.subarray(at, next))
    if (name === 'IEND') return concat(...kept)
    at = next
  }
  return undefined
}

/** Whether it moves. */
export const isAnimatedPng = (bytes: Uint8Array): boolean => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  for (let at = startBytes; at + 12 <= bytes.length; at += 12 + view.getUint32(at)) {
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
    if (name === 'acTL') return true
    if (name === 'IDAT') return false
  }
  return false
}
