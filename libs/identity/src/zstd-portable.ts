import type { Zstd } from '@hpcc-js/wasm-zstd'
import type { Bytes } from './bytes.ts'
import { IdentityError } from './errors.ts'
import { declareContentSize, readZstdFrame, type ZstdFrame } from './zstd-frame.ts'

const LARGEST_BLOCK = 128 * 1024

// A quarter of a megabyte, fetched by who needs it and by nobody else.
const load = async (): Promise<Zstd> => {
  try {
    const library = await import('@hpcc-js/wasm-zstd')
    return await library.Zstd.load()
  } catch (cause) {
    throw new IdentityError('unavailable', 'the part that reads compact proofs could not be loaded', {}, { cause })
  }
}

/** One zstd frame with `content` in it. */
export const compress = async (content: Uint8Array): Promise<Bytes> => {
  const zstd = await load()
  return Uint8Array.from(zstd.compress(content, 12))
}

/**
 * Size of the content of a frame that does not declare it, found by decoding block by block and keeping nothing. A
 * damaged block counts as empty here: decompressing to the size so found then fails.
 */
const measure = (zstd: Zstd, frame: ZstdFrame, maxBytes: number): number => {
  zstd.reset()
  let size = 0
  let from = 0
  for (const end of frame.blockEnds) {
    size += zstd.decompressChunk(frame.bytes.subarray(from, end), LARGEST_BLOCK).length
    from = end
    if (size > maxBytes) throw new IdentityError('too_large', `the content is longer than ${maxBytes} bytes`)
  }
  return size
}

/**
 * The content of what must be exactly one zstd frame.
 * @param maxBytes most content accepted; no more memory than about that is taken, whatever the frame declares
 * @throws IdentityError `malformed`, `too_large`, `unavailable` (the decompressor could not be loaded)
 */
export const decompress = async (input: Uint8Array, maxBytes: number): Promise<Bytes> => {
  const frame = readZstdFrame(input, maxBytes)
  const zstd = await load()
  const size = frame.contentSize ?? measure(zstd, frame, maxBytes)
  try {
    return Uint8Array.from(zstd.decompress(declareContentSize(frame, size)))
  } catch (cause) {
    throw new IdentityError('malformed', 'not a zstd frame: its content is damaged', {}, { cause })
  }
}
