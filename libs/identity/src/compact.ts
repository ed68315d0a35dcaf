import { compress, decompress } from '#zstd'
import { fromBase64url, toBase64url } from './base64url.ts'
import { utf8 } from './bytes.ts'
import { IdentityError } from './errors.ts'
import { decodeUtf8 } from './json.ts'

/** Longest proof or chain that is read or written, in bytes, both as text and once decompressed (protocol §1). */
export const MAX_PROOF_BYTES = 1 << 20

/** How compact texts begin: one JSON document, and a chain as JSONL. */
export const COMPACT_PREFIXES = { document: 'kez:z1:', chain: 'kez:zc1:' } as const

/**
 * `text` as zstd and base64url behind `prefix`.
 * @throws IdentityError `too_large`, `unavailable`
 */
export const toCompact = async (prefix: string, text: string): Promise<string> => {
  const bytes = utf8(text)
  if (bytes.length > MAX_PROOF_BYTES) {
    throw new IdentityError('too_large', `the content is longer than ${MAX_PROOF_BYTES} bytes`)
  }
  return prefix + toBase64url(await compress(bytes))
}

/**
 * The text inside a compact one.
 * @throws IdentityError `malformed`, `too_large`, `unavailable`
 */
export const fromCompact = async (prefix: string, compact: string): Promise<string> =>
  decodeUtf8(await decompress(fromBase64url(compact.slice(prefix.length), MAX_PROOF_BYTES), MAX_PROOF_BYTES))
