import { sha256 } from '@noble/hashes/sha2.js'
import { utf8 } from './bytes.ts'
import { toHex } from './hex.ts'

/** SHA-256 of the UTF-8 bytes of `text`, as lower-case hex. */
export const sha256Hex = (text: string): string => toHex(sha256(utf8(text)))
