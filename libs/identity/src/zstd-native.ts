import { promisify } from 'node:util'
import { constants, zstdCompress, zstdDecompress } from 'node:zlib'
import type { Bytes } from './bytes.ts'
import { IdentityError } from './errors.ts'
import { readZstdFrame } from './zstd-frame.ts'

const compressAsync = promisify(zstdCompress)
const decompressAsync = promisify(zstdDecompress)

/** One zstd frame with `content` in it. */
export const compress = async (content: Uint8Array): Promise<Bytes> =>
  Uint8Array.from(await compressAsync(content, { params: { [constants.ZSTD_c_compressionLevel]: 12 } }))

/**
 * The content of what must be exactly one zstd frame.
 * @param maxBytes most content accepted; no more memory than about that is taken, whatever the frame declares
 * @throws IdentityError `malformed`, `too_large`
 */
export const decompress = async (input: Uint8Array, maxBytes: number): Promise<Bytes> => {
  const { bytes } = readZstdFrame(input, maxBytes)
  try {
    return Uint8Array.from(await decompressAsync(bytes, { maxOutputLength: maxBytes }))
  } catch (cause) {
    if (cause instanceof RangeError) {
      throw new IdentityError('too_large', `the content is longer than ${maxBytes} bytes`, {}, { cause })
    }
    throw new IdentityError('malformed', 'not a zstd frame: its content is damaged', {}, { cause })
  }
}
