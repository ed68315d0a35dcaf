import { type Bytes, utf8 } from '@kez-chat/identity'
import { hkdf } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import type { Cost, Kdf } from './cost.ts'

/** The keys of one file. */
export type FileKeys = {
  /** Stands in the header: tells a wrong passphrase from a damaged file. */
  readonly check: Uint8Array
  /** Vouches for the place and the length of each record. */
  readonly frame: Uint8Array
  /** Seals the records. */
  readonly record: Uint8Array
}

/** `text` is the part of the header that says how the key is derived: with another one there are other keys. */
export const deriveKeys = async (
  kdf: Kdf,
  passphrase: string,
  { salt, cost, text }: { readonly salt: Bytes; readonly cost: Cost; readonly text: Uint8Array },
): Promise<FileKeys> => {
  // One passphrase, however the keyboard composes its letters.
  const stretched = await kdf(utf8(passphrase.normalize('NFKC')), salt, cost)
  const derive = (info: string, length: number): Uint8Array => hkdf(sha256, stretched, text, utf8(info), length)
  return {
    check: derive('kez-export-v1 check', 16),
    frame: derive('kez-export-v1 frame', 32),
    record: derive('kez-export-v1 record', 32),
  }
}
