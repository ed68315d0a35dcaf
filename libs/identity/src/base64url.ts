import type { Bytes } from './bytes.ts'
import { IdentityError } from './errors.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const CHARS = [...ALPHABET]
const VALUES = new Uint8Array(128).fill(255)
for (const [value, char] of CHARS.entries()) VALUES[char.charCodeAt(0)] = value

const char = (sextet: number): string => CHARS[sextet & 63] ?? ''

/** base64url of `bytes` without padding (RFC 4648 §5). */
export const toBase64url = (bytes: Uint8Array): string => {
  let text = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i
    const group = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    text += char(group >> 18) + char(group >> 12)
    if (left > 1) text += char(group >> 6)
    if (left > 2) text += char(group)
  }
  return text
}

/**
 * Strict base64url: no padding, no foreign characters, unused low bits zero, so that each byte string has one spelling.
 * @param maxBytes longest result accepted, in bytes; checked before anything is decoded
 * @throws IdentityError `too_large`, `malformed`
 */
export const fromBase64url = (text: string, maxBytes: number): Bytes => {
  const length = Math.floor((text.length * 3) / 4)
  if (length > maxBytes) throw new IdentityError('too_large', `base64url is longer than ${maxBytes} bytes`)
  if (text.length % 4 === 1) throw new IdentityError('malformed', 'base64url has an impossible length')
  const bytes = new Uint8Array(length)
  let bits = 0
  let pending = 0
  let at = 0
  for (let i = 0; i < text.length; i++) {
    const value = VALUES[text.charCodeAt(i)] ?? 255
    if (value === 255) throw new IdentityError('malformed', `base64url has a foreign character at ${i}`)
    pending = ((pending << 6) | value) & 0xfff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      bytes[at++] = (pending >> bits) & 255
    }
  }
  if ((pending & ((1 << bits) - 1)) !== 0) throw new IdentityError('malformed', 'base64url has stray bits at its end')
  return bytes
}
