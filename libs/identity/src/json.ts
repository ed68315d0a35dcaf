import { IdentityError } from './errors.ts'

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/**
 * Strict UTF-8 as text.
 * @throws IdentityError `malformed`
 */
export const decodeUtf8 = (bytes: Uint8Array): string => {
  try {
    return decoder.decode(bytes)
  } catch (cause) {
    throw new IdentityError('malformed', 'not valid UTF-8', {}, { cause })
  }
}

/**
 * JSON from outside: the size is checked first, then strict UTF-8, then the grammar.
 * @param maxBytes longest input accepted, in bytes of UTF-8
 * @throws IdentityError `too_large`, `malformed`
 */
export const parseJson = (input: string | Uint8Array, maxBytes: number): unknown => {
  // A UTF-16 unit is at least one byte and at most three, so most strings need no second count.
  const tooLarge =
    input.length > maxBytes ||
    (typeof input === 'string' && input.length * 3 > maxBytes && new TextEncoder().encode(input).length > maxBytes)
  if (tooLarge) throw new IdentityError('too_large', `JSON is longer than ${maxBytes} bytes`)
  const text = typeof input === 'string' ? input : decodeUtf8(input)
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new IdentityError('malformed', 'not valid JSON', {}, { cause })
  }
}
