import { type Bytes, concat } from './bytes.ts'
import { IdentityError } from './errors.ts'

/** One zstd frame (RFC 8878) whose structure has been walked through; its blocks are not decoded yet. */
export interface ZstdFrame {
  /** The whole frame; no declared window asks for more memory than the bound it was read with. */
  readonly bytes: Bytes
  /** Size of the content where the frame declares it. */
  readonly contentSize?: number
  /** Where the first block begins. */
  readonly blocksAt: number
  /** Where each block ends; the last one with the checksum, if there is one. */
  readonly blockEnds: readonly number[]
}

const MAGIC = 0xfd2fb528
/** A window of 1 MiB: no content within the bound of this library refers back any further. */
const WINDOW_1_MIB = 0x50
const SIZE_BYTES = [0, 2, 4, 8]

const malformed = (what: string): IdentityError => new IdentityError('malformed', `not a zstd frame: ${what}`)

const littleEndian = (bytes: Uint8Array, at: number, length: number): number => {
  let value = 0
  for (let i = length - 1; i >= 0; i--) value = value * 256 + (bytes[at + i] ?? 0)
  return value
}

/** Content size declared in `width` bytes at `at`. */
const declaredSize = (bytes: Uint8Array, at: number, width: number): { contentSize?: number } => {
  if (width === 0) return {}
  return { contentSize: littleEndian(bytes, at, width) + (width === 2 ? 256 : 0) }
}

/** Sizes the block header at `at` tells: of the block's body, and of its content where that needs no decoding. */
const blockAt = (bytes: Uint8Array, at: number): { last: boolean; body: number; content: number } => {
  const header = littleEndian(bytes, at, 3)
  const size = header >> 3
  const last = (header & 1) === 1
  const type = (header >> 1) & 3
  if (type === 3) throw malformed('reserved block type')
  if (type === 0) return { last, body: size, content: size }
  return type === 1 ? { last, body: 1, content: size } : { last, body: size, content: 0 }
}

/**
 * Walks through the structure of what must be exactly one zstd frame: decompressors silently ignore what follows it,
 * and believe the window and sizes it declares.
 * @param maxBytes most content accepted
 * @throws IdentityError `malformed`, `too_large`
 */
export const readZstdFrame = (input: Uint8Array, maxBytes: number): ZstdFrame => {
  const tooLarge = (): IdentityError => new IdentityError('too_large', `the content is longer than ${maxBytes} bytes`)
  if (input.length < 6 || littleEndian(input, 0, 4) !== MAGIC) throw malformed('it begins otherwise')
  const descriptor = input[4] ?? 0
  if ((descriptor & 0x08) !== 0) throw malformed('reserved bit')
  if ((descriptor & 0x03) !== 0) throw malformed('it needs a dictionary')
  const singleSegment = (descriptor & 0x20) !== 0
  const sizeAt = singleSegment ? 5 : 6
  const sizeWidth = singleSegment && descriptor >> 6 === 0 ? 1 : (SIZE_BYTES[descriptor >> 6] ?? 0)
  const { contentSize } = declaredSize(input, sizeAt, sizeWidth)
  if (contentSize !== undefined && contentSize > maxBytes) throw tooLarge()

  const blocksAt = sizeAt + sizeWidth
  const blockEnds: number[] = []
  let at = blocksAt
  let content = 0
  for (let last = false; !last; ) {
    const block = blockAt(input, at)
    last = block.last
    content += block.content
    at += 3 + block.body
    if (content > maxBytes) throw tooLarge()
    if (at > input.length) throw malformed('it is cut off')
    blockEnds.push(at)
  }
  at += (descriptor & 0x04) === 0 ? 0 : 4
  if (at > input.length) throw malformed('it is cut off')
  if (at < input.length) throw malformed('something follows it')
  blockEnds[blockEnds.length - 1] = at

  const bytes = Uint8Array.from(input)
  if (!singleSegment && (bytes[5] ?? 0) > WINDOW_1_MIB) bytes[5] = WINDOW_1_MIB
  return { bytes, blocksAt, blockEnds, ...(contentSize === undefined ? {} : { contentSize }) }
}

/** The same frame with its content size declared, so that a decompressor allocates just that. */
export const declareContentSize = (frame: ZstdFrame, contentSize: number): Bytes => {
  if (frame.contentSize !== undefined) return frame.bytes
  const [descriptor = 0, window = 0] = frame.bytes.subarray(4)
  const header = new DataView(new ArrayBuffer(10))
  header.setUint32(0, MAGIC, true)
  header.setUint8(4, descriptor | 0x80)
  header.setUint8(5, window)
  header.setUint32(6, contentSize, true)
  return concat(new Uint8Array(header.buffer), frame.bytes.subarray(frame.blocksAt))
}
