import { NatsJwtError } from './errors.ts'

/** base64url of bytes or of a text's UTF-8, without padding (RFC 4648 §5). */
export const toBase64url = (value: Uint8Array | string): string =>
  (typeof value === 'string' ? Buffer.from(value) : Buffer.from(value.buffer, value.byteOffset, value.length)).toString(
    'base64url',
  )

/**
 * Strict base64url: no padding, no foreign characters, unused low bits zero. Node's decoder skips what it does not
 * know, so the bytes are spelled again and compared. The caller limits the length.
 * @throws NatsJwtError `malformed`
 */
export const fromBase64url = (text: string): Buffer => {
  const bytes = Buffer.from(text, 'base64url')
  if (bytes.toString('base64url') !== text) throw new NatsJwtError('malformed', 'not strict base64url')
  return bytes
}
