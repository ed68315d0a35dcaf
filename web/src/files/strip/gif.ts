import { type Bytes, concat } from '@kez-chat/identity'

const [image, extension, trailer] = [0x2c, 0x21, 0x3b]
const [control, application] = [0xf9, 0xff]

const colours = (flags: number): number => (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0)

/** Behind blocks that each begin with their length, the last with 0. */
const behind = (bytes: Uint8Array, from: number): number => {
  let at = from
  while (at < bytes.length && bytes[at] !== 0) at += 1 + (bytes[at] ?? 0)
  return at + 1
}

const isNeeded = (bytes: Uint8Array, at: number): boolean => {
  const kind = bytes[at + 1]
  if (kind === control) return true
  const program = String.fromCharCode(...bytes.subarray(at + 3, at + 14))
  return kind === application && (program === 'NETSCAPE2.0' || program === 'ANIMEXTS1.0')
}

/** A GIF without comments and what programs have written into it; it moves as before. Undefined for what is not built like one. */
export const stripGif = (bytes: Uint8Array): Bytes | undefined => {
  const begin = 13 + colours(bytes[10] ?? 0)
  const kept = [bytes.subarray(0, begin)]
  for (let at = begin; at < bytes.length; ) {
    const kind = bytes[at]
    if (kind === trailer) return concat(...kept, Uint8Array.of(trailer))
    if (kind !== image && kind !== extension) return undefined
    const next = kind === image ? behind(bytes, at + 11 + colours(bytes[at + 9] ?? 0)) : behind(bytes, at + 2)
    if (kind === image || isNeeded(bytes, at)) kept.push(bytes.subarray(at, next))
    at = next
  }
  return undefined
}
