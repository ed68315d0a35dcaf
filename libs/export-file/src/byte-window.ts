import { concat } from '@kez-chat/identity'

/** The part of a stream that is being looked at. Holds no more than was asked for and one chunk of the source. */
export const createByteWindow = (source: AsyncIterable<Uint8Array>) => {
  const chunks = source[Symbol.asyncIterator]()
  let held: Uint8Array = new Uint8Array(0)
  let offset = 0
  let ended = false

  const fill = async (least: number): Promise<void> => {
    const parts = [held]
    let have = held.length
    while (have < least && !ended) {
      const next = await chunks.next()
      if (next.done) ended = true
      else {
        parts.push(next.value)
        have += next.value.length
      }
    }
    if (parts.length > 1) held = concat(...parts)
  }

  return {
    /** Where in the stream the window begins. */
    offset: (): number => offset,
    /** The next `length` bytes, fewer at the end of the stream; they stay. */
    peek: async (length: number): Promise<Uint8Array> => {
      if (held.length < length) await fill(length)
      return held.subarray(0, length)
    },
    /** Goes on by so many bytes of those that were looked at. */
    skip: (length: number): void => {
      const step = Math.min(length, held.length)
      held = held.subarray(step)
      offset += step
    },
    /** Ends the source early. */
    close: async (): Promise<void> => {
      await chunks.return?.()
    },
  }
}

export type ByteWindow = ReturnType<typeof createByteWindow>
