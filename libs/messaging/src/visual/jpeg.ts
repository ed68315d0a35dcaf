import { MessageError } from '../errors.ts'

/** Longest side of a JPEG that is shown, in pixels. */
export const MAX_JPEG_SIDE = 512

const malformed = (what: string): MessageError => new MessageError('malformed', what)

const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc

/**
 * Looks at the header of a JPEG before anybody decodes it. Only baseline pictures pass: a progressive one of a few
 * kilobytes can ask for thousands of passes over all its pixels.
 * @throws MessageError `malformed`, `too_large`, `unknown_version` (not baseline)
 */
export const checkJpeg = (bytes: Uint8Array): void => {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) throw malformed('not a JPEG')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let at = 2
  while (at + 4 <= bytes.length) {
    const marker = bytes[at + 1] ?? 0
    if (bytes[at] !== 0xff) throw malformed('a part of the JPEG is damaged')
    const length = view.getUint16(at + 2)
    if (length < 2 || at + 2 + length > bytes.length) throw malformed('a part of the JPEG is cut off')
    if (isFrame(marker)) {
      if (marker > 0xc1) throw new MessageError('unknown_version', 'not a baseline JPEG')
      if (length < 8) throw malformed('the header is too short')
      const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)]
      if (width === 0 || height === 0) throw malformed('a picture without pixels')
      if (width > MAX_JPEG_SIDE || height > MAX_JPEG_SIDE) {
        throw new MessageError('too_large', `a picture is at most ${MAX_JPEG_SIDE} pixels wide and high`)
      }
      return
    }
    at += 2 + length
  }
  throw malformed('a JPEG without a header')
}
