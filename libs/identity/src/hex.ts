import type { Bytes } from './bytes.ts'
import { IdentityError } from './errors.ts'

const BYTE_TO_HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** Lower-case hex of `bytes`. */
export const toHex = (bytes: Uint8Array): string => {
  let text = ''
  for (const byte of bytes) text += BYTE_TO_HEX[byte] ?? ''
  return text
}

/** Whether `value` is strict hex (lower case only) of exactly `length` bytes. */
export const isHex = (value: unknown, length: number): value is string =>
  typeof value === 'string' && value.length === length * 2 && /^[0-9a-f]*$/.test(value)

// '0' is 48, 'a' is 97; `isHex` has seen to it that there is nothing else.
const nibble = (charCode: number): number => charCode - (charCode < 58 ? 48 : 87)

/**
 * Strict hex of exactly `length` bytes: lower case, nothing around it.
 * @throws IdentityError `malformed`
 */
export const fromHex = (text: string, length: number): Bytes => {
  if (!isHex(text, length)) throw new IdentityError('malformed', `expected ${length} bytes as lower-case hex`)
  const bytes = new Uint8Array(length)
  for (let i = 0; i < length; i++) bytes[i] = (nibble(text.charCodeAt(i * 2)) << 4) | nibble(text.charCodeAt(i * 2 + 1))
  return bytes
}
