import { NatsJwtError } from './errors.ts'

const CHARS = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567']
const VALUES = new Uint8Array(128).fill(255)
for (const [value, char] of CHARS.entries()) VALUES[char.charCodeAt(0)] = value

/** Base32 of `bytes` in RFC 4648's upper-case alphabet, without padding. */
export const toBase32 = (bytes: Uint8Array): string => {
  let text = ''
  let bits = 0
  let pending = 0
  for (const byte of bytes) {
    pending = ((pending << 8) | byte) & 0xfff
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += CHARS[(pending >>> bits) & 31]
    }
  }
  return bits > 0 ? text + CHARS[(pending << (5 - bits)) & 31] : text
}

/**
 * Strict base32: upper case, no padding, no foreign characters, unused low bits zero, so that each byte string has one
 * spelling. The caller limits the length.
 * @throws NatsJwtError `malformed`
 */
export const fromBase32 = (text: string): Uint8Array => {
  const bytes = new Uint8Array(Math.floor((text.length * 5) / 8))
  let bits = 0
  let pending = 0
  let at = 0
  for (let i = 0; i < text.length; i++) {
    const value = VALUES[text.charCodeAt(i)] ?? 255
    if (value === 255) throw new NatsJwtError('malformed', `base32 has a foreign character at ${i}`)
    pending = ((pending << 5) | value) & 0xfff
    bits += 5
    if (bits >= 8) {
      bits -= 8
      bytes[at++] = (pending >>> bits) & 255
    }
  }
  if (bits >= 5) throw new NatsJwtError('malformed', 'base32 has an impossible length')
  if ((pending & ((1 << bits) - 1)) !== 0) throw new NatsJwtError('malformed', 'base32 has stray bits at its end')
  return bytes
}
