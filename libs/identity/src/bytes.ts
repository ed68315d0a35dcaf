/** Bytes in a buffer of their own: what WebCrypto, node:crypto and fetch all take. */
export type Bytes = Uint8Array<ArrayBuffer>

const encoder = new TextEncoder()

/** UTF-8 bytes of `text`. A lone surrogate becomes U+FFFD, so check text from outside first (`jcs` does). */
export const utf8 = (text: string): Bytes => encoder.encode(text)

/** The parts, one after the other: the `‖` of the specification. Strings count as UTF-8. */
export const concat = (...parts: (Uint8Array | string)[]): Bytes => {
  const chunks = parts.map((part) => (typeof part === 'string' ? utf8(part) : part))
  const whole = new Uint8Array(chunks.reduce((total, chunk) => total + chunk.length, 0))
  let offset = 0
  for (const chunk of chunks) {
    whole.set(chunk, offset)
    offset += chunk.length
  }
  return whole
}

/**
 * Whether two byte strings are equal, in a time that depends on their lengths alone.
 * Use it wherever one side is secret.
 */
export const equalBytes = (a: Uint8Array, b: Uint8Array): boolean => {
  if (a.length !== b.length) return false
  let difference = 0
  for (const [i, byte] of a.entries()) difference |= byte ^ (b[i] ?? 0)
  return difference === 0
}

/** Source of randomness: `length` fresh bytes at each call. Handed in by tests, `randomBytes` everywhere else. */
export type Random = (length: number) => Bytes

/** Bytes of the platform's secure generator. */
export const randomBytes: Random = (length) => crypto.getRandomValues(new Uint8Array(length))
