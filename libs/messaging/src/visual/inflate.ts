import type { Bytes } from '@kez-chat/identity'
import { MessageError } from '../errors.ts'

const throughStream = async (bytes: Bytes, stream: CompressionStream | DecompressionStream, most: number) => {
  const parts: Uint8Array[] = []
  let length = 0
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader()
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    const part: Uint8Array = read.value
    length += part.length
    if (length > most) {
      await reader.cancel()
      throw new MessageError('too_large', `more than ${most} bytes come out`)
    }
    parts.push(part)
  }
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** Bytes as zlib data. */
export const deflate = (bytes: Bytes): Promise<Bytes> =>
  throughStream(bytes, new CompressionStream('deflate'), Number.POSITIVE_INFINITY)

/**
 * What zlib data holds, as long as that is no more than `most` bytes.
 * @throws MessageError `too_large`, `malformed`
 */
export const inflate = async (bytes: Bytes, most: number): Promise<Bytes> => {
  try {
    return await throughStream(bytes, new DecompressionStream('deflate'), most)
  } catch (cause) {
    if (cause instanceof MessageError) throw cause
    throw new MessageError('malformed', 'not zlib data', { cause })
  }
}
