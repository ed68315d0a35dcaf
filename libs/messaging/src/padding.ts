import { type Bytes, concat } from '@kez-chat/identity'
import { MessageError } from './errors.ts'

const MIN_PADDED = 256
const LENGTH_BYTES = 4

/**
 * The Padmé size for `length` bytes, at least 256 (protocol §3): at most 12 % larger, and only O(log log n) bits of the
 * length remain visible.
 */
export const paddedSize = (length: number): number => {
  if (length <= MIN_PADDED) return MIN_PADDED
  const exponent = Math.floor(Math.log2(length))
  const step = 2 ** (exponent - (Math.floor(Math.log2(exponent)) + 1))
  return Math.ceil(length / step) * step
}

/** 4-byte big-endian length ‖ plaintext ‖ zeros, to the next Padmé size. */
export const pad = (plaintext: Uint8Array): Bytes => {
  const used = LENGTH_BYTES + plaintext.length
  const head = new Uint8Array(LENGTH_BYTES)
  new DataView(head.buffer).setUint32(0, plaintext.length)
  return concat(head, plaintext, new Uint8Array(paddedSize(used) - used))
}

/**
 * The plaintext inside exactly what `pad` makes, and nothing else.
 * @throws MessageError `bad_padding`
 */
export const unpad = (padded: Uint8Array): Uint8Array => {
  if (padded.length < MIN_PADDED) throw new MessageError('bad_padding', 'shorter than the smallest padded message')
  const length = new DataView(padded.buffer, padded.byteOffset).getUint32(0)
  const end = LENGTH_BYTES + length
  if (padded.length !== paddedSize(end)) throw new MessageError('bad_padding', 'not padded to its Padmé size')
  if (padded.subarray(end).some((byte) => byte !== 0)) throw new MessageError('bad_padding', 'padding is not zero')
  return padded.subarray(LENGTH_BYTES, end)
}
